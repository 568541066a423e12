"""The requests that are in flight now, as their makers and their project see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from accounts.caller import Caller
from accounts.models import Project, User
from billing import terms
from billing.models import Reservation
from billing.terms import Terms

MOST_SHOWN = 20
DOORS = {"api": "API", "playground": "Playground"}


@dataclass(frozen=True, slots=True)
class RunningRequest:
    model: str
    door: str
    #: As people are shown; empty: this person's own.
    who: str
    #: "team/project" where that is not the one they look at.
    elsewhere: str
    since: Any


@dataclass(frozen=True, slots=True)
class Running:
    terms: Terms
    of_user: int
    of_project: int
    requests: list[RunningRequest]

    @property
    def total(self) -> int:
        return len(self.requests)


def running(user: User, project: Project) -> Running:
    """A person's own, in whatever project, and all of the project's. The caller must be one who may see the project."""
    rows = Reservation.objects.filter(state=Reservation.State.RUNNING)
    own, shared = Q(user_id=user.pk), Q(project_id=project.pk)
    return Running(
        terms=terms.read(Caller.of(user, project, door="api")),
        of_user=rows.filter(own).count(),
        of_project=rows.filter(shared).count(),
        requests=_shown(rows.filter(own | shared).order_by("-created_at")[:MOST_SHOWN], user, project),
    )


def _shown(rows: QuerySet[Reservation], user: User, project: Project) -> list[RunningRequest]:
    people = User.objects.in_bulk({row.user_id for row in rows})
    projects = Project.objects.select_related("team").in_bulk({row.project_id for row in rows})
    return [
        RunningRequest(
            model=row.model,
            door=DOORS.get(row.door, row.door),
            who="" if row.user_id == user.pk else _name(people.get(row.user_id)),
            elsewhere="" if row.project_id == project.pk else str(projects.get(row.project_id, "")),
            since=row.created_at,
        )
        for row in rows
    ]


def _name(user: User | None) -> str:
    return (user.get_full_name() or user.username) if user else "Somebody who left"
