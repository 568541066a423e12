"""What a plan includes: promotional credits for a period, granted when it begins and over when it ends."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from billing.crediting import credit
from billing.models import Account, Grant, Plan
from billing.plans import end_of, start_of
from common import clock


def renew(organization_id: uuid.UUID) -> None:
    """Grants what has become due. The account is locked."""
    include(Account.objects.select_related("plan").get(pk=organization_id), whole=True)


def include(account: Account, *, whole: bool) -> str:
    """Grants what the plan includes for the period that is now, and says how it came about; "" if nothing is due.

    A period that has begun before, on another plan, is granted in proportion to the days that are left, today counted
    as whole. What a plan includes comes once for each of its periods, however often one comes back to it.
    """
    plan, share = account.plan, coming(account, account.plan, whole=whole)
    Account.objects.filter(pk=account.pk).update(renews_at=share.end if plan.included_credits else None)
    if share.amount <= 0:
        return ""
    credit(
        account,
        share.amount,
        category=Grant.Category.PROMOTIONAL,
        note=f"Included in the {plan.name} plan"
        + (f", {share.proration}" if share.amount < plan.included_credits else ""),
        expires_at=share.end,
        plan=plan,
        period=share.start,
    )
    return share.proration


@dataclass(frozen=True, slots=True)
class Coming:
    """What a plan grants now: pico-USD, how they came about, and the period they are for."""

    amount: int
    proration: str
    start: datetime
    end: datetime | None


def coming(account: Account, plan: Plan, *, whole: bool) -> Coming:
    """What `include` would grant if the account were on that plan."""
    now = clock.now()
    start, end = start_of(plan.included_every, now), end_of(plan.included_every, now)
    amount, proration = _share(plan.included_credits, None if whole else now, start, end)
    if Grant.objects.filter(account=account, plan=plan, period=start).exists():
        amount = 0
    return Coming(amount, proration, start, end)


def _share(included: int, since: datetime | None, start: datetime, end: datetime | None) -> tuple[int, str]:
    """Of a period's credits, and the formula in words."""
    if since is None or end is None:
        return included, "the whole period"
    days, gone = (end - start).days, (since - start).days
    share = included * (days - gone) // days
    return share, f"{days - gone} of {days} days"
