"""Pages ask what the trace server's programs ask, for a person who is signed in."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.access import ProjectRequest
from accounts.models import Project, User
from tracing.errors import Missing
from tracing.visits import Space


def space_of(request: ProjectRequest) -> Space:
    return Space(request.project.pk, request.project.path, request.user.pk)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whom references are followed for."""

    user: User

    def space(self, path: str) -> Space:
        """Of a project that is there; pages make none. Raises Missing."""
        project = Project.objects.for_user(self.user).select_related("team").at(path).first()
        if project is None:
            raise Missing(f"There is no project '{path[:200]}'.")
        return Space(project.pk, project.path, self.user.pk)
