"""What the shell of every page shows: who is signed in, the current project and the others."""

from typing import Any

from django.http import HttpRequest

from accounts.current import current_project
from accounts.models import Membership, Project, User


def shell(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {}
    project = getattr(request, "project", None) or current_project(request)
    return {
        "current_project": project,
        "is_organization_admin": project is not None
        and Membership.objects.filter(organization=project.team.organization, user=user, role="admin").exists(),
        "own_projects": Project.objects.for_user(user).select_related("team__organization"),
    }
