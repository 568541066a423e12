"""The caller: everything the engine needs to know about who is asking, settled once at the door."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace

from accounts.models import ApiKey, Project, User


@dataclass(frozen=True, slots=True)
class Caller:
    user_id: int
    organization_id: uuid.UUID
    project_id: uuid.UUID
    project_path: str
    #: Running requests this person, and this project, was given of its own; None: what the plan says.
    user_limit: int | None
    project_limit: int | None
    #: Whether the project wants calls of the API traced.
    traces_calls: bool = False
    #: None for a person in the browser.
    api_key_id: uuid.UUID | None = None
    door: str = "playground"
    client: str = ""
    address: str = ""
    #: Of the project: whose own providers may be called. None: nobody's.
    team_id: uuid.UUID | None = None

    @classmethod
    def of(
        cls, user: User, project: Project, *, key: ApiKey | None = None, door: str, client: str = "", address: str = ""
    ) -> Caller:
        """`project` must have been reached through `Project.objects.for_user(user)`."""
        return cls(
            user_id=user.pk,
            organization_id=project.team.organization_id,
            project_id=project.pk,
            project_path=project.path,
            user_limit=user.concurrency,
            project_limit=project.concurrency,
            traces_calls=project.traces_calls,
            api_key_id=key.pk if key else None,
            door=door,
            client=client[:200],
            address=address,
            team_id=project.team_id,
        )

    def saying(self, *, door: str = "api", client: str = "", address: str = "") -> Caller:
        """The same caller, in one request of theirs."""
        return replace(self, door=door, client=client[:200], address=address)
