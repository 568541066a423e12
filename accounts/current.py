"""The current project: the one the sidebar shows, kept in the session, always one the person may reach."""

from __future__ import annotations

from django.http import HttpRequest

from accounts.models import Project, User

SESSION_KEY = "project"


def current_project(request: HttpRequest) -> Project | None:
    """The chosen project, else the person's first; None for a stranger or somebody without any."""
    if not isinstance(request.user, User):
        return None
    projects = Project.objects.for_user(request.user).select_related("team__organization")
    chosen = request.session.get(SESSION_KEY)
    return (projects.filter(pk=chosen).first() if chosen else None) or projects.order_by("created_at").first()


def choose_project(request: HttpRequest, project: Project) -> None:
    """`project` must have been reached through `Project.objects.for_user`."""
    if request.session.get(SESSION_KEY) != str(project.pk):
        request.session[SESSION_KEY] = str(project.pk)
