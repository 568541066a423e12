"""How many requests may run at once: the number of one's own, else the plan's, else the setting's."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass

from django.conf import settings

from accounts.caller import Caller
from billing.models import Plan

#: Seconds for which a change of a plan may go unseen.
MEMORY = 2.0
MOST_REMEMBERED = 10_000

_remembered: dict[uuid.UUID, tuple[float, Limits]] = {}


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one person, in all organizations together, and of one project."""

    user: int
    project: int

    def of(self, caller: Caller) -> Limits:
        """A plan's limits, but for what this caller was given of their own."""
        return Limits(
            user=self.user if caller.user_limit is None else caller.user_limit,
            project=self.project if caller.project_limit is None else caller.project_limit,
        )


def known(caller: Caller) -> Limits | None:
    """Without asking the database; None if that must be asked."""
    until, plan = _remembered.get(caller.organization_id, (0.0, None))
    return plan.of(caller) if plan is not None and until >= time.monotonic() else None


def read(caller: Caller) -> Limits:
    plan = _of_plan(caller.organization_id)
    if len(_remembered) >= MOST_REMEMBERED:
        _remembered.clear()
    _remembered[caller.organization_id] = (time.monotonic() + MEMORY, plan)
    return plan.of(caller)


def forget() -> None:
    """The next request asks the database about its plan."""
    _remembered.clear()


def _of_plan(organization_id: uuid.UUID) -> Limits:
    # Who has no account yet gets one with the first request, on the Free plan.
    plan = Plan.objects.filter(accounts=organization_id).first() or Plan.objects.filter(slug="free").first()
    per_user = plan.concurrency_per_user if plan else None
    per_project = plan.concurrency_per_project if plan else None
    return Limits(
        user=settings.CONCURRENCY_PER_USER if per_user is None else per_user,
        project=settings.CONCURRENCY_PER_PROJECT if per_project is None else per_project,
    )
