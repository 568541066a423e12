"""What a spending limit can be about: an organization, its projects, the API keys of its people."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db.models import Q

from accounts.models import ApiKey, Organization, Project
from billing.models import SpendingLimit

Scope = SpendingLimit.Scope
#: What was limited and is there no more.
GONE = {Scope.PROJECT: "a deleted project", Scope.KEY: "a revoked or deleted key"}
#: The newest keys, to choose from; more of them nobody finds in a list.
MOST_KEYS = 500


@dataclass(frozen=True, slots=True)
class Subject:
    scope: str
    id: uuid.UUID
    #: As a sentence has it.
    name: str

    @property
    def value(self) -> str:
        """As a form says it."""
        return f"{self.scope}:{self.id}"


def subjects(organization: Organization) -> list[Subject]:
    """From the broadest to the narrowest; two queries."""
    projects = Project.objects.filter(team__organization=organization).select_related("team")
    own = Q(project__team__organization=organization) | Q(project=None)
    keys = ApiKey.objects.filter(own, user__organizations=organization, revoked_at=None).select_related("user")
    newest = keys.order_by("-created_at")[:MOST_KEYS]
    return [
        Subject(Scope.ORGANIZATION, organization.pk, f"the organization {organization}"),
        *(Subject(Scope.PROJECT, row.pk, f"the project {row.path}") for row in projects),
        *(Subject(Scope.KEY, row.pk, f"the API key {row} ({row.user.username})") for row in newest),
    ]
