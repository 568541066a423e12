"""What the shell of every page shows: who is signed in, the current project and the others."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.current import current_project
from accounts.models import Organization, Project, User


def shell(request: HttpRequest) -> dict[str, Any]:
    """Looked up only by templates that use it: fragments ask the database for nothing here."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {}
    project = SimpleLazyObject(lambda: getattr(request, "project", None) or current_project(request))
    return {
        "current_project": project,
        "is_organization_admin": SimpleLazyObject(
            lambda: (
                # Known already where the page is for admins alone.
                getattr(request, "is_admins", False)
                or (
                    bool(project)
                    and Organization.objects.administered_by(user).filter(pk=project.team.organization_id).exists()
                )
            )
        ),
        "own_projects": Project.objects.for_user(user)
        .select_related("team__organization")
        .order_by("team__organization__name", "team__slug", "slug"),
    }
