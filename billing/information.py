"""What the Inference billing information card says: what is left and held, what this month cost, what is to be paid."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, Sum

from billing import book, drawing
from billing.models import Account, Grant, UsageMonth
from billing.usage.periods import Grain
from common import clock


@dataclass(frozen=True, slots=True)
class Information:
    """Pico-USD."""

    #: With its credits.
    account: Any
    at: datetime
    #: Of which something is left, in the order in which they are drawn; those that begin later come too.
    grants: list[Grant]
    requests: int
    used: int

    @property
    def owed(self) -> int:
        """Beyond all credits, and not yet invoiced."""
        owed: int = self.account.granted - self.account.settled
        return owed

    @property
    def balance(self) -> int:
        """Overage is invoiced; where there is none, a debt is paid from the next credits."""
        left: int = self.account.credits
        return left if self.account.plan.bills_overage else left - self.owed

    @property
    def included(self) -> list[Grant]:
        """What the plan gave for the periods that are now."""
        return [grant for grant in self.grants if grant.plan_id and grant.effective_at <= self.at]

    @property
    def others(self) -> list[Grant]:
        return [grant for grant in self.grants if not grant.plan_id]


def inform(organization_id: uuid.UUID) -> Information:
    account, now = _looked_at(organization_id)
    if account is None or (account.renews_at and account.renews_at <= now):
        book.tidy([organization_id])
        account, now = _looked_at(organization_id)
    open_grants = account.grants.open().filter(Q(expires_at=None) | Q(expires_at__gt=now))
    month = UsageMonth.objects.filter(organization_id=organization_id, month=Grain.MONTH.floor(now))
    sums = month.aggregate(used=Sum("cost"), made=Sum("requests"))
    return Information(
        account=account,
        at=now,
        grants=sorted(open_grants, key=drawing.order),
        requests=int(sums["made"] or 0),
        used=int(sums["used"] or 0),
    )


def _looked_at(organization_id: uuid.UUID) -> tuple[Any, datetime]:
    """The account with its credits, or None if it was never used, and when that was so."""
    now = clock.now()
    return Account.objects.with_credits(now).filter(pk=organization_id).first(), now
