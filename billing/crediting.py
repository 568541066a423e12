"""Credits booked into an account that is locked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from billing import ledger
from billing.models import Account, Book, Grant, LedgerEntry
from common import clock

Kind = LedgerEntry.Kind
#: Where each kind of credits comes from.
ORIGIN = {Grant.Category.PROMOTIONAL: Book.ISSUED, Grant.Category.PAID: Book.MONEY}


def credit(account: Account, amount: int, **details: Any) -> Grant:
    """A new grant of so many pico-USD. A debt on a plan without overage is paid first, though not
    by what a plan includes."""
    now = clock.now()
    details.setdefault("effective_at", now)
    made = Grant.objects.create(account=account, amount=amount, remaining=0, **details)
    origin, credit = ORIGIN[Grant.Category(made.category)], Book(made.category)
    entries = [entry(made, Kind.GRANT, origin, credit, amount, now)]
    covers = not (account.plan.bills_overage or made.model or made.plan_id or made.effective_at > now)
    debt = -ledger.balances(account, now)[Book.OWED] if covers else 0
    if debt > 0:
        entries.append(entry(made, Kind.COVER, credit, Book.OWED, min(debt, amount), now))
    ledger.book(entries)
    made.refresh_from_db()
    return made


def entry(grant: Grant, kind: str, source: str, target: str, amount: int, at: datetime) -> LedgerEntry:
    return LedgerEntry(
        account_id=grant.account_id,
        about_id=grant.pk,
        kind=kind,
        source=source,
        target=target,
        amount=amount,
        grant_id=grant.pk,
        at=at,
        note=grant.note if kind == Kind.GRANT else "",
    )
