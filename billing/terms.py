"""What a plan says of every request: how many may run at once, and the prices of its own where it has any."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from django.conf import settings

from accounts.caller import Caller
from billing.models import ListPrice, Plan
from billing.prices import UnitPrices
from common import clock

#: Seconds for which a change of a plan may go unseen.
MEMORY = 2.0
MOST_REMEMBERED = 10_000

_remembered: dict[uuid.UUID, tuple[float, Terms]] = {}


@dataclass(frozen=True, slots=True)
class Terms:
    #: Requests that may run at once: of one person, in all organizations together, and of one project.
    user_concurrency: int
    project_concurrency: int
    #: By the model's ID; of all others, the catalog's are charged.
    prices: Mapping[str, UnitPrices] = field(default_factory=dict)

    def of(self, caller: Caller) -> Terms:
        """A plan's terms, but for the concurrency that this caller was given of their own."""
        return replace(
            self,
            user_concurrency=self.user_concurrency if caller.user_limit is None else caller.user_limit,
            project_concurrency=self.project_concurrency if caller.project_limit is None else caller.project_limit,
        )


def known(caller: Caller) -> Terms | None:
    """Without asking the database; None if that must be asked."""
    until, plan = _remembered.get(caller.organization_id, (0.0, None))
    return plan.of(caller) if plan is not None and until >= time.monotonic() else None


def read(caller: Caller) -> Terms:
    plan = _of_plan(caller.organization_id)
    if len(_remembered) >= MOST_REMEMBERED:
        _remembered.clear()
    _remembered[caller.organization_id] = (time.monotonic() + MEMORY, plan)
    return plan.of(caller)


def forget() -> None:
    """The next request asks the database about its plan."""
    _remembered.clear()


def _of_plan(organization_id: uuid.UUID) -> Terms:
    # Who has no account yet gets one with the first request, on the Free plan.
    plan = Plan.objects.filter(accounts=organization_id).first() or Plan.objects.filter(slug="free").first()
    per_user = plan.concurrency_per_user if plan else None
    per_project = plan.concurrency_per_project if plan else None
    return Terms(
        user_concurrency=settings.CONCURRENCY_PER_USER if per_user is None else per_user,
        project_concurrency=settings.CONCURRENCY_PER_PROJECT if per_project is None else per_project,
        prices=_prices(plan) if plan and plan.price_list_id else {},
    )


def _prices(plan: Plan) -> dict[str, UnitPrices]:
    listed = ListPrice.objects.filter(price_list=plan.price_list_id).in_force(clock.now())
    return {
        model: UnitPrices(price.input, price.input if price.cached_input is None else price.cached_input, price.output)
        for model, price in listed.items()
    }
