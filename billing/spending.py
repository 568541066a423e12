"""Spending limits as admission and settlement see them: how much was used, how much is held, how much is left."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from billing import sql
from billing.models import SpendingLimit
from billing.usage.periods import Grain
from common import money

LIMITS = (
    "SELECT account_id, id, scope, subject_id, period, amount, start, spent FROM billing_spendinglimit"
    " WHERE account_id IN (SELECT id FROM batch)"
)
SPEND = (
    "UPDATE billing_spendinglimit SET start = batch.since, spent = batch.so_far FROM batch"
    " WHERE billing_spendinglimit.id = batch.id"
)
SPENT = {"id": "uuid", "since": "timestamptz", "so_far": "bigint"}
#: From the broadest to the narrowest, which is the order in which a refusal looks for its reason.
BREADTH = {scope: place for place, scope in enumerate(SpendingLimit.Scope)}
LENGTH = {period: place for place, period in enumerate(SpendingLimit.Period)}


def breadth(scope: str, period: str) -> tuple[int, int]:
    """Smaller is broader."""
    return BREADTH[SpendingLimit.Scope(scope)], LENGTH[SpendingLimit.Period(period)]


class Request(Protocol):
    """Whatever has a project, and perhaps a key."""

    @property
    def project_id(self) -> uuid.UUID: ...

    @property
    def api_key_id(self) -> uuid.UUID | None: ...


@dataclass(slots=True, eq=False)
class Limit:
    """Of a locked account. Pico-USD."""

    id: uuid.UUID
    scope: str
    subject_id: uuid.UUID
    period: str
    amount: int
    start: datetime
    spent: int
    has_changed: bool = False

    def concerns(self, request: Request) -> bool:
        if self.scope == SpendingLimit.Scope.PROJECT:
            return request.project_id == self.subject_id
        return self.scope == SpendingLimit.Scope.ORGANIZATION or request.api_key_id == self.subject_id

    def spend(self, cost: int) -> None:
        self.spent += cost
        self.has_changed = True

    @property
    def sentence(self) -> str:
        """To whom it refuses."""
        whose = SpendingLimit.Scope(self.scope).label
        again = Grain(self.period).after(self.start)
        return (
            f"the {whose}'s spending limit of {money.agreed_usd(self.amount)} a {self.period} leaves too little"
            f" for this request until {again:%Y-%m-%d} 00:00 UTC"
        )


def read(row: Sequence[Any], now: datetime) -> Limit:
    """A row of LIMITS, in the period that is now."""
    _, identity, scope, subject_id, period, amount, start, spent = row
    current = Grain(period).floor(now)
    spent = spent if sql.moment(start) == current else 0
    return Limit(sql.identity(identity), scope, sql.identity(subject_id), period, amount, current, spent)


def write(limits: Iterable[Limit]) -> None:
    changed = sorted((limit.id, limit.start, limit.spent) for limit in limits if limit.has_changed)
    sql.run(SPEND, SPENT, changed)
