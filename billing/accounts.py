"""An organization's account: made on first use, on the Free plan."""

from __future__ import annotations

import uuid

from django.db import transaction

from billing import renewals
from billing.models import Account, Plan, PlanChange
from billing.plans import PLANS
from common import clock


def account_of(organization_id: uuid.UUID) -> Account:
    """The organization's account, on the Free plan with its promotional credits if it had none."""
    account = Account.objects.filter(pk=organization_id).first()
    return account or _open(organization_id)


@transaction.atomic
def _open(organization_id: uuid.UUID) -> Account:
    plan, _ = Plan.objects.get_or_create(slug="free", defaults=PLANS["free"])
    account, is_new = Account.objects.get_or_create(organization_id=organization_id, defaults={"plan": plan})
    if is_new:
        PlanChange.objects.create(account=account, before=None, after=plan, at=clock.now())
        renewals.include(account, whole=True)
        account.refresh_from_db()
    return account


@transaction.atomic
def locked(organization_id: uuid.UUID) -> Account:
    """The account, opened if need be, whose money nobody else moves until the caller's transaction ends."""
    account_of(organization_id)
    # Without the plan: PostgreSQL finds no row whose join has changed while it waited for the lock.
    Account.objects.select_for_update().get(pk=organization_id)
    return Account.objects.select_related("plan").get(pk=organization_id)
