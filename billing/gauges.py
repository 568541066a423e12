"""What alerts watch of an organization: its credits, its limits, its overage, each in the period that is now."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Sum

from billing.alert_rules import Kind
from billing.models import Book, LedgerDay, SpendingLimit
from billing.standing import Standing
from billing.usage.periods import Grain
from common import money
from common.ids import NIL

#: Pico-USD that people read as $0.00, and for which hardly a request is let in.
DUST = money.pico("0.005")


def is_used_up(left: int, of: int) -> bool:
    """To people; a few micro-dollars always stay, for no request fits into them."""
    return left <= min(DUST, of // 100)


@dataclass(frozen=True, slots=True)
class Gauge:
    """Pico-USD used, of how much, since when."""

    kind: str
    used: int
    #: Nothing for overage, which has thresholds in dollars.
    of: int
    period: datetime
    #: As a sentence has it.
    name: str
    subject_id: uuid.UUID = NIL

    def has_reached(self, threshold: int) -> bool:
        if self.kind == Kind.OVERAGE:
            return self.used >= threshold
        used = self.of if is_used_up(self.of - self.used, self.of) else self.used
        return self.of > 0 and used * 100 >= threshold * self.of

    def sentence(self, threshold: int) -> str:
        if self.kind == Kind.OVERAGE:
            return f"This month’s overage has reached {money.usd(threshold)}: it is {money.usd(self.used)} so far."
        used, of = money.usd_exactly_enough(self.used), money.usd_exactly_enough(self.of)
        if threshold >= 100:
            return f"{self.name} is used up: {used} of {of}."
        return f"{threshold} % of {self.name} is used: {used} of {of}."


def gauges(standing: Standing) -> list[Gauge]:
    """One query."""
    month = Grain.MONTH.floor(standing.now)
    moved = LedgerDay.objects.filter(account=standing.account_id, target=Book.USAGE, day__gte=month)
    spent = {source: int(amount) for source, amount in moved.values_list("source").annotate(Sum("amount")).order_by()}
    drawn = spent.get(Book.PROMOTIONAL, 0) + spent.get(Book.PAID, 0)
    left = sum(credit.left for credit in standing.credits if credit.is_valid(standing.now))
    return [
        Gauge(Kind.CREDITS, drawn, drawn + left, month, "this month’s credit"),
        Gauge(Kind.OVERAGE, spent.get(Book.OWED, 0), 0, month, "overage"),
        *_limits(standing),
    ]


def _limits(standing: Standing) -> Iterator[Gauge]:
    if standing.cap is not None:
        yield Gauge(Kind.LIMIT, standing.spending, standing.cap, standing.spending_from, "the plan’s spending cap")
    for limit in standing.limits:
        whose = SpendingLimit.Scope(limit.scope).label
        name = f"the {whose}’s spending limit a {limit.period}"
        yield Gauge(Kind.LIMIT, limit.spent, limit.amount, limit.start, name, limit.id)
