"""Where the money of a locked account stands: what it has, what running requests hold, how far it may go."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from django.conf import settings
from django.urls import reverse

from billing import drawing
from billing.drawing import Credit
from billing.models import Book, LedgerEntry, Reservation
from billing.spending import Limit, Request, breadth
from common import money

#: Pico-USD a balance may reach, and what stands for as much as one likes; the columns could hold a little more.
MOST = money.pico("9000000")


@dataclass(slots=True)
class Running:
    """What requests of one project, key and model hold, and since when the oldest of them runs."""

    project_id: uuid.UUID
    api_key_id: uuid.UUID | None
    model: str
    requests: int
    held: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class Charge:
    """What a completion costs, whose ID it bears."""

    id: uuid.UUID
    project_id: uuid.UUID
    api_key_id: uuid.UUID | None
    model: str
    cost: int
    admitted_at: datetime


@dataclass(eq=False)
class Standing:
    """Pico-USD."""

    account_id: uuid.UUID
    settled: int
    held: int
    #: Of paid credits and overage in the period of the plan's cap, which began at `spending_from`.
    spending: int
    spending_from: datetime
    bills_overage: bool
    #: Whether its admins can choose a plan on which usage goes on.
    may_upgrade: bool
    cap: int | None
    #: The books' time, and by how much it is ahead of this process's clock.
    now: datetime
    ahead: timedelta
    #: Whether the plan's included credits are to be granted again.
    is_due: bool
    credits: list[Credit] = field(default_factory=list)
    limits: list[Limit] = field(default_factory=list)
    running: list[Running] = field(default_factory=list)
    settled_by: int = 0
    held_by: int = 0
    entries: list[LedgerEntry] = field(default_factory=list)

    @cached_property
    def _in_order(self) -> list[Credit]:
        return sorted(self.credits, key=drawing.order)

    @property
    def owed(self) -> int:
        """Beyond all credits, and not yet invoiced."""
        return sum(credit.left for credit in self.credits) - self.settled - self.settled_by

    @property
    def under_cap(self) -> int:
        return MOST if self.cap is None else max(0, self.cap - self.spending)

    @property
    def shortage(self) -> str:
        """Why nothing is left to be held, and where to turn."""
        what_to_do = "can upgrade its plan" if self.may_upgrade else "finds what can be done"
        where = f"an admin of the organization {what_to_do} at {settings.PUBLIC_URL}{reverse('plans')}"
        if self.under_cap <= 0 and (self.bills_overage or any(credit.is_paid for credit in self.credits)):
            return f"the spending cap of {money.agreed_usd(self.cap or 0)} is reached; {where}"
        what = "the credits and the spending cap" if self.bills_overage else "the credits"
        return f"{what} leave too little for this request; {where}"

    # What may be held ------------------------------------------------------------------------

    def left(self, model: str) -> int:
        """What may still be held for a request of this model.

        Credits for one model pay for that model alone. What they cannot pay of what is held, all other credits must,
        and with them whatever the plan lets the organization spend.
        """
        valid = [credit for credit in self.credits if credit.is_valid(self.now)]
        pool, held = self._pool([credit for credit in valid if not credit.model]), self.held + self.held_by
        own = {credit.model for credit in valid if credit.model}
        if not own:
            return pool - held
        spare = {name: _left(valid, name) - self._held_for(name) for name in own}
        others = held - sum(self._held_for(name) for name in own)
        others += sum(max(0, -spare[name]) for name in own if name != model)
        return max(0, pool - others) + spare[model] if model in own else pool - others

    def _pool(self, shared: list[Credit]) -> int:
        given = sum(credit.left for credit in shared if not credit.is_paid)
        if self.bills_overage:
            return given + self.under_cap
        paid = sum(credit.left for credit in shared if credit.is_paid)
        return given + min(paid, self.under_cap) - self.owed

    def _held_for(self, model: str) -> int:
        return sum(row.held for row in self.running if row.model == model)

    def limits_of(self, request: Request) -> list[tuple[Limit, int]]:
        """The spending limits that concern a request, broadest first, and what each lets it hold."""
        concerned = [limit for limit in self.limits if limit.concerns(request)]
        concerned.sort(key=lambda limit: breadth(limit.scope, limit.period))
        return [(limit, limit.amount - limit.spent - self.held_under(limit)) for limit in concerned]

    def held_under(self, limit: Limit) -> int:
        return sum(row.held for row in self.running if limit.concerns(row))

    def hold(self, row: Reservation) -> None:
        self.held_by += row.amount
        self.running.append(Running(row.project_id, row.api_key_id, row.model, 1, row.amount, row.created_at))

    # What is charged -------------------------------------------------------------------------

    def charge(self, used: Charge) -> None:
        """Drawn from credits in their order; the rest is owed."""
        if not used.cost:
            return
        able = [each for each in self._in_order if each.pays(used.model, admitted_at=used.admitted_at, now=self.now)]
        drawn = self._draw(used.cost, able)
        for credit, amount in drawn.items():
            self._enter(used.id, LedgerEntry.Kind.USAGE, credit.book, Book.USAGE, amount, credit.id)
        rest = used.cost - sum(drawn.values())
        if rest:
            self._enter(used.id, LedgerEntry.Kind.USAGE, Book.OWED, Book.USAGE, rest)
        self.spending += rest + sum(amount for credit, amount in drawn.items() if credit.is_paid)
        for limit in self.limits:
            if limit.concerns(used):
                limit.spend(used.cost)

    def _draw(self, cost: int, able: list[Credit]) -> dict[Credit, int]:
        """Paid credits as far as the cap lets them, while others can pay; then whatever there is."""
        drawn: dict[Credit, int] = {}
        rest, money_left = cost, self.under_cap
        for cap in (money_left, MOST):
            for credit in able:
                amount = credit.draw(min(rest, cap) if credit.is_paid else rest)
                if amount:
                    drawn[credit] = drawn.get(credit, 0) + amount
                    rest -= amount
                    cap -= amount if credit.is_paid else 0
        return drawn

    def expire(self) -> None:
        """Credits whose time is over, but for those that a running request was admitted on."""
        oldest = min((row.oldest for row in self.running), default=self.now)
        for credit in self.credits:
            if credit.expires_at <= min(oldest, self.now) and credit.left:
                amount = credit.draw(credit.left)
                self._enter(credit.id, LedgerEntry.Kind.EXPIRY, credit.book, Book.EXPIRED, amount, credit.id)

    def _enter(
        self,
        about_id: uuid.UUID,
        kind: str,
        source: str,
        target: str,
        amount: int,
        grant_id: uuid.UUID | None = None,
    ) -> None:
        self.settled_by -= amount
        self.entries.append(
            LedgerEntry(
                account_id=self.account_id,
                about_id=about_id,
                kind=kind,
                source=source,
                target=target,
                amount=amount,
                grant_id=grant_id,
                at=self.now,
            )
        )


def _left(valid: Iterable[Credit], model: str) -> int:
    return sum(credit.left for credit in valid if credit.model == model)
