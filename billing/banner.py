"""What everybody in an organization is told above their pages while its spending is, or soon will be, held up."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from billing.gauges import is_used_up
from billing.models import Account, Book, LedgerDay, Plan, SpendingLimit
from billing.offers import per
from billing.plans import end_of, start_of
from billing.spending import breadth
from billing.usage.periods import Grain
from common import money

#: Seconds for which what was read is taken as it was.
MEMORY = 5.0
MOST_REMEMBERED = 10_000
#: Percent of the month's credits, from which on they are nearly gone.
ALMOST = 85
LIMIT = ("scope", "subject_id", "period", "amount", "start", "spent")

_remembered: dict[uuid.UUID, tuple[float, State]] = {}


@dataclass(frozen=True, slots=True)
class Banner:
    #: Tells it from that of another period, for those who dismissed one.
    key: str
    title: str
    sentence: str
    is_bad: bool = False
    #: Whether another plan would help that admins can choose themselves.
    is_for_upgrade: bool = False
    #: Whether it is about what admins set themselves.
    is_for_limits: bool = False


@dataclass(frozen=True, slots=True)
class Reached:
    """A spending limit."""

    scope: str
    subject_id: uuid.UUID
    period: str
    amount: int
    start: datetime


@dataclass(frozen=True, slots=True)
class State:
    """Pico-USD."""

    account: Any
    month: datetime
    #: What may still be spent beyond promotional credits until `cap_until`; None: as much as one likes.
    cap_left: int | None
    cap_until: datetime | None
    limits: tuple[Reached, ...]

    @property
    def plan(self) -> Plan:
        plan: Plan = self.account.plan
        return plan

    @property
    def available(self) -> int:
        """Credits that were valid this month."""
        available: int = self.account.drawn + self.account.credits
        return available


def banner_for(organization_id: uuid.UUID, project_id: uuid.UUID) -> Banner | None:
    """The gravest."""
    state = _state(organization_id)
    return next(_banners(state, project_id), None) if state else None


def forget() -> None:
    """What has just changed is seen at once, at least by those whom this process serves."""
    _remembered.clear()


def _state(organization_id: uuid.UUID) -> State | None:
    until, state = _remembered.get(organization_id, (0.0, None))
    if state is None or until < time.monotonic():
        state = _read(organization_id)
        if state is None:
            return None
        if len(_remembered) >= MOST_REMEMBERED:
            _remembered.clear()
        _remembered[organization_id] = (time.monotonic() + MEMORY, state)
    return state


def _read(organization_id: uuid.UUID) -> State | None:
    """One query: a row for each spending limit, or one if there is none."""
    # To ask for the books’ time would be a second query, and this is a matter of days.
    now = timezone.now()
    month = Grain.MONTH.floor(now)
    drawn = LedgerDay.objects.filter(
        account=OuterRef("pk"), day__gte=month, source__in=(Book.PROMOTIONAL, Book.PAID), target=Book.USAGE
    )
    total = drawn.order_by().values("account").annotate(total=Sum("amount")).values("total")
    rows = Account.objects.with_credits(now).filter(pk=organization_id)
    limits = {f"limit_{name}": F(f"spending_limits__{name}") for name in LIMIT}
    found = list(rows.annotate(drawn=Coalesce(Subquery(total), 0), **limits))
    if not found:
        return None
    account = found[0]
    start = start_of(account.plan.cap_period, now)
    spending = account.spending if account.spending_from == start else 0
    return State(
        account=account,
        month=month,
        cap_left=None if account.cap is None else account.cap - spending,
        cap_until=end_of(account.plan.cap_period, now),
        limits=tuple(_reached(found, now)),
    )


def _reached(rows: list[Any], now: datetime) -> Iterator[Reached]:
    """From the broadest to the narrowest."""
    limited = [row for row in rows if row.limit_amount is not None]
    for row in sorted(limited, key=lambda row: breadth(row.limit_scope, row.limit_period)):
        start = Grain(row.limit_period).floor(now)
        spent = row.limit_spent if row.limit_start == start else 0
        if is_used_up(row.limit_amount - spent, row.limit_amount):
            yield Reached(row.limit_scope, row.limit_subject_id, row.limit_period, row.limit_amount, start)


# What is said ------------------------------------------------------------------------------


def _banners(state: State, project_id: uuid.UUID) -> Iterator[Banner]:
    """From the gravest on."""
    plan = state.plan
    if state.cap_left is not None and is_used_up(state.cap_left, state.account.cap):
        yield _cap(state)
    for limit in state.limits:
        if limit.scope == SpendingLimit.Scope.ORGANIZATION or limit.subject_id == project_id:
            yield _limit(limit)
    left = state.account.credits
    if is_used_up(left, state.available) and (state.available or not plan.bills_overage):
        yield _out(state)
    elif state.available and (state.available - left) * 100 >= ALMOST * state.available:
        yield _almost(state)


def _cap(state: State) -> Banner:
    plan = state.plan
    until = f" It starts again on {state.cap_until:%Y-%m-%d}." if state.cap_until else ""
    more = "To continue, upgrade your plan." if _may_upgrade(plan) else "Talk to your operator about a higher one."
    return Banner(
        key=f"cap-{state.cap_until:%Y-%m-%d}" if state.cap_until else "cap",
        title=f"You’ve reached your spending cap of {money.agreed_usd(state.account.cap)} {per(plan.cap_period)}.",
        sentence=f"Only promotional credits still pay for requests.{until} {more}",
        is_bad=True,
        is_for_upgrade=_may_upgrade(plan),
    )


def _limit(limit: Reached) -> Banner:
    until = Grain(limit.period).after(limit.start)
    whose = SpendingLimit.Scope(limit.scope).label
    return Banner(
        key=f"limit-{limit.subject_id}-{limit.period}-{limit.start:%Y-%m-%d}",
        title=f"The {whose}’s spending limit of {money.agreed_usd(limit.amount)} a {limit.period} is used up.",
        sentence=f"Requests are refused until {until:%Y-%m-%d} 00:00 UTC, or until an admin raises it.",
        is_bad=True,
        is_for_limits=True,
    )


def _out(state: State) -> Banner:
    plan, again = state.plan, _again(state)
    if plan.bills_overage and plan.is_self_service:
        more = f"You’ll receive more on {again:%Y-%m-%d}. " if again else ""
        sentence = f"{more}Usage goes on at pay-as-you-go prices."
    elif plan.bills_overage:
        sentence = "Usage goes on at the prices of your contract."
    elif _may_upgrade(plan):
        sentence = "To continue using Inference, upgrade your plan."
    else:
        sentence = f"Inference pauses until credits refresh{f' on {again:%Y-%m-%d}' if again else ''}."
    return Banner(
        key=f"out-{state.month:%Y-%m}",
        title="Out of Inference credits.",
        sentence=sentence,
        is_bad=not plan.bills_overage,
        is_for_upgrade=_may_upgrade(plan),
    )


def _almost(state: State) -> Banner:
    plan, again = state.plan, _again(state)
    if plan.bills_overage and plan.is_self_service:
        more = f"You’ll receive more on {again:%Y-%m-%d}. " if again else ""
        sentence = f"{more}Once you’re out, usage goes on at pay-as-you-go prices."
    elif plan.bills_overage:
        sentence = "To continue without disruption, talk to your operator."
    elif _may_upgrade(plan):
        sentence = "Upgrade your plan to keep going."
    else:
        date = f"Credits refresh on {again:%Y-%m-%d}. " if again else ""
        sentence = f"{date}Inference pauses when they are used up."
    return Banner(
        key=f"almost-{state.month:%Y-%m}",
        title="Almost out of Inference credits.",
        sentence=sentence,
        is_for_upgrade=_may_upgrade(plan),
    )


def _may_upgrade(plan: Plan) -> bool:
    return plan.is_self_service and not plan.bills_overage


def _again(state: State) -> datetime | None:
    """When the plan's credits come again."""
    again: datetime | None = state.account.renews_at if state.plan.included_credits else None
    return again
