"""An organization goes to another plan: at once, with what that includes for the rest of its period."""

from __future__ import annotations

import uuid

from django.db import transaction

from accounts.models import User
from billing import audit, banner, renewals, terms
from billing.accounts import locked
from billing.invoicing.drafting import leave
from billing.models import Account, LedgerDay, Plan, PlanChange
from billing.models.ledger import SPENT_MONEY
from billing.plans import start_of
from common import clock


@transaction.atomic
def change_plan(organization_id: uuid.UUID, plan: Plan, *, actor: User | None = None) -> PlanChange | None:
    """What changed; None if the organization is on that plan already.

    Credits that were given stay until they are over. What the new plan includes comes in proportion to the days that
    are left of its period. Overage stays owed until it is invoiced, which is at once where the new plan has none.
    """
    account = locked(organization_id)
    if account.plan_id == plan.pk:
        return None
    before, account.plan = account.plan, plan
    account.save(update_fields=["plan"])
    proration = renewals.include(account, whole=False)
    _count_spending(account)
    if before.bills_overage and not plan.bills_overage:
        leave(account)
    Account.objects.filter(pk=account.pk).look_again()
    credits_ = f", with credits for {proration}" if proration else ""
    audit.note(account.pk, actor, "plan.changed", f"Plan changed from {before} to {plan}{credits_}")
    transaction.on_commit(terms.forget)
    transaction.on_commit(banner.forget)
    return PlanChange.objects.create(
        account=account,
        before=before,
        after=plan,
        at=clock.now(),
        actor_id=actor.pk if actor else None,
        proration=proration,
    )


def _count_spending(account: Account) -> None:
    """In the period of the new plan's cap, which may have begun earlier than that of the old one."""
    start = start_of(account.plan.cap_period, clock.now())
    days = LedgerDay.objects.filter(SPENT_MONEY, account=account, day__gte=start)
    account.spending_from, account.spending = start, sum(days.values_list("amount", flat=True))
    account.save(update_fields=["spending", "spending_from"])
