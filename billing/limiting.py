"""Spending limits set, changed and removed; one that is set in the middle of its period knows what was used before."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.db.models import Sum

from accounts.models import User
from billing import audit, banner
from billing.accounts import locked
from billing.models import Account, SpendingLimit, UsageDay, UsageMonth
from billing.usage.periods import Grain
from common import clock

SUMS: dict[str, Any] = {SpendingLimit.Period.MONTH: UsageMonth, SpendingLimit.Period.DAY: UsageDay}
COLUMNS = {SpendingLimit.Scope.PROJECT: "project_id", SpendingLimit.Scope.KEY: "api_key_id"}


@transaction.atomic
def set_limit(
    organization_id: uuid.UUID, *, scope: str, subject_id: uuid.UUID, period: str, amount: int, whose: str, actor: User
) -> SpendingLimit:
    """At most so much; a limit of the same thing and period is changed. `whose` is what people call the thing."""
    account = locked(organization_id)
    thing: dict[str, Any] = {"account": account, "scope": scope, "subject_id": subject_id, "period": period}
    before = SpendingLimit.objects.filter(**thing).first()
    if before and before.amount == amount:
        return before
    start = Grain(period).floor(clock.now())
    used = {"start": start, "spent": _used(account, scope, subject_id, period)}
    limit, _ = SpendingLimit.objects.update_or_create(defaults={"amount": amount, **used}, **thing)
    # What was used before may be most of it already.
    Account.objects.filter(pk=account.pk).look_again()
    transaction.on_commit(banner.forget)
    audit.note(
        account.pk, actor, "limit.set", f"Spending limit of {whose}: {limit}{f', was {before}' if before else ''}"
    )
    return limit


@transaction.atomic
def remove_limit(limit: SpendingLimit, *, whose: str, actor: User) -> None:
    account = locked(limit.account_id)
    transaction.on_commit(banner.forget)
    if SpendingLimit.objects.filter(pk=limit.pk).delete()[0]:
        audit.note(account.pk, actor, "limit.removed", f"Spending limit of {whose} removed: {limit}")


def _used(account: Account, scope: str, subject_id: uuid.UUID, period: str) -> int:
    """In the period that is now. The account is locked, so nobody adds to it meanwhile."""
    own = {COLUMNS[SpendingLimit.Scope(scope)]: subject_id} if scope != SpendingLimit.Scope.ORGANIZATION else {}
    start = {period: Grain(period).floor(clock.now())}
    sums = SUMS[period].objects.filter(organization_id=account.pk, **start, **own)
    return int(sums.aggregate(used=Sum("cost"))["used"] or 0)
