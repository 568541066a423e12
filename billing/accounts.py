"""An organization's account: made on first use, granted credits, locked while money is decided."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from accounts.models import Organization
from billing import sql
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


@dataclass(slots=True, eq=False)
class Balance:
    """A locked account's pico-USD, and by how much they changed since."""

    settled: int
    held: int
    settled_by: int = 0
    held_by: int = 0

    @property
    def available(self) -> int:
        return self.settled + self.settled_by - self.held - self.held_by


Balances = dict[uuid.UUID, Balance]


LOCK = (
    "SELECT organization_id, settled, held FROM billing_account"
    " WHERE organization_id IN (SELECT id FROM batch) ORDER BY organization_id"
)


def lock(organization_ids: Iterable[uuid.UUID]) -> list[sql.Row]:
    """Locks the accounts until the transaction ends, always in the same order so that no two wait for each other."""
    return sql.select(LOCK + sql.for_update(), "uuid", organization_ids)


def balances(locked: Iterable[sql.Row], organization_ids: Iterable[uuid.UUID]) -> Balances:
    """Of the accounts that were locked, and of those of these organizations that are opened and locked now."""
    found = {sql.identity(organization_id): Balance(settled, held) for organization_id, settled, held in locked}
    if missing := sorted(set(organization_ids) - found.keys()):
        for organization_id in missing:
            account_of(organization_id)
        found |= balances(lock(missing), ())
    return found


MOVE = (
    "UPDATE billing_account SET settled = settled + settled_by, held = held + held_by"
    " FROM batch WHERE organization_id = batch.id"
)


def move(balances: Balances) -> None:
    """Writes down what changed."""
    changed = [
        (organization_id, balance.settled_by, balance.held_by)
        for organization_id, balance in sorted(balances.items())
        if balance.settled_by or balance.held_by
    ]
    sql.run(MOVE, {"id": "uuid", "settled_by": "bigint", "held_by": "bigint"}, changed)
