"""The banner above every page."""

from __future__ import annotations

from django import template

from billing.banner import Banner, banner_for
from billing.views.dismissals import dismissed

register = template.Library()


@register.simple_tag(takes_context=True)
def spending_banner(context: template.Context) -> Banner | None:
    """Of the current project's organization, unless this person has dismissed it."""
    project, request = context.get("current_project"), context.get("request")
    if not project or request is None:
        return None
    banner = banner_for(project.team.organization_id, project.pk)
    return None if banner is None or banner.key in dismissed(request) else banner
