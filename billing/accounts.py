"""An organization's account: made on first use, granted credits, locked while money is decided."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F

from accounts.models import Organization
from billing.models import Account, Grant, Plan
from billing.plans import PLANS
from common import money

#: Pico-USD a balance may reach; the column could hold a little more.
MOST = money.pico("9000000")


def account_of(organization_id: uuid.UUID) -> Account:
    """The organization's account, on the Free plan with its promotional credits if it had none."""
    account = Account.objects.filter(pk=organization_id).first()
    return account or _open(organization_id)


@transaction.atomic
def _open(organization_id: uuid.UUID) -> Account:
    plan, _ = Plan.objects.get_or_create(slug="free", defaults=PLANS["free"])
    account, is_new = Account.objects.get_or_create(organization_id=organization_id, defaults={"plan": plan})
    if is_new and plan.included_credits:
        _book(account, plan.included_credits, note=f"Included in the {plan.name} plan", promotional=True)
        account.refresh_from_db()
    return account


@transaction.atomic
def grant(organization: Organization, amount: int, expires: datetime | None = None, note: str = "") -> Grant:
    """Books pico-USD. Raises ValueError with a sentence when the amount cannot be meant."""
    if amount <= 0:
        raise ValueError("The amount must be more than 0.")
    account_of(organization.pk)
    account = Account.objects.select_for_update().get(pk=organization.pk)
    if account.settled + amount > MOST:
        raise ValueError(f"The balance would be more than {money.usd(MOST)}.")
    return _book(account, amount, expires=expires, note=note)


def _book(
    account: Account, amount: int, *, note: str, expires: datetime | None = None, promotional: bool = False
) -> Grant:
    category = Grant.Category.PROMOTIONAL if promotional else Grant.Category.PAID
    booked = Grant.objects.create(account=account, amount=amount, category=category, note=note, expires_at=expires)
    Account.objects.filter(pk=account.pk).update(settled=F("settled") + amount)
    return booked


def lock(organization_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Account]:
    """The accounts, locked until the transaction ends, always in the same order so that no two wait for each other."""
    wanted = set(organization_ids)
    accounts = _locked(wanted)
    missing = sorted(wanted - accounts.keys())
    for organization_id in missing:
        account_of(organization_id)
    return accounts | _locked(missing) if missing else accounts


def _locked(organization_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Account]:
    rows = Account.objects.select_for_update().filter(pk__in=organization_ids).order_by("pk")
    return {account.pk: account for account in rows}


def move(organization_id: uuid.UUID, *, settled: int, held: int) -> None:
    """Changes a locked account's balances by these amounts."""
    if settled or held:
        Account.objects.filter(pk=organization_id).update(settled=F("settled") + settled, held=F("held") + held)
