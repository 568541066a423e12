"""Writing the ledger, and reading what any book held at any time. Whoever posts has locked the account."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F, Sum

from billing import sql
from billing.models import BALANCE, Account, Book, Grant, LedgerDay, LedgerEntry
from billing.usage.periods import Grain
from common.ids import NIL

#: Where credits are.
CREDITS = (Book.PROMOTIONAL, Book.PAID)
KEY = {"account_id": "uuid", "day": "timestamptz", "source": "text", "target": "text", "grant_id": "uuid"}
ADD = (
    # Without its WHERE, SQLite would take ON CONFLICT for a join's ON.
    f"INSERT INTO billing_ledgerday ({', '.join(KEY)}, amount) SELECT * FROM batch WHERE true"  # noqa: S608 (constants)
    f" ON CONFLICT ({', '.join(KEY)}) DO UPDATE SET amount = billing_ledgerday.amount + excluded.amount"
)


def post(entries: Sequence[LedgerEntry]) -> None:
    """Writes entries and adds them to their days; the balances that they change are the caller's to move."""
    sql.insert(entries)
    days: Counter[tuple[Any, ...]] = Counter()
    for entry in entries:
        day = Grain.DAY.floor(entry.at)
        days[entry.account_id, day, str(entry.source), str(entry.target), entry.grant_id or NIL] += entry.amount
    sql.run(ADD, KEY | {"amount": "bigint"}, [(*key, amount) for key, amount in sorted(days.items())])


def change(entries: Iterable[LedgerEntry]) -> int:
    """By how much entries of one account change its settled balance, in pico-USD."""
    return sum(((entry.target in BALANCE) - (entry.source in BALANCE)) * entry.amount for entry in entries)


def book(entries: Sequence[LedgerEntry]) -> None:
    """Posts entries of one account, and moves its balance and the credits they speak of."""
    if not entries:
        return
    post(entries)
    Account.objects.filter(pk=entries[0].account_id).update(settled=F("settled") + change(entries))
    for entry in entries:
        if entry.grant_id is not None:
            sign = 1 if entry.target in CREDITS else -1
            Grant.objects.filter(pk=entry.grant_id).update(remaining=F("remaining") + sign * entry.amount)


Books = dict[str, int]
#: Pico-USD from one book to another, with the credits that are on one of the sides.
Moved = list[tuple[str, str, uuid.UUID | None, int]]


def balances(account: Account, at: datetime) -> Books:
    """Pico-USD in each book after everything that was booked up to and at that moment."""
    return books_of(moved(account, at))


def moved(account: Account, at: datetime) -> Moved:
    """Up to and at that moment: by the days before, and by the entries of its own day."""
    day = Grain.DAY.floor(at)
    before = LedgerDay.objects.filter(account=account, day__lt=day)
    on_the_day = LedgerEntry.objects.filter(account=account, at__gte=day, at__lte=at)
    return [
        (source, target, grant_id, int(amount))
        for rows in (before, on_the_day)
        for source, target, grant_id, amount in rows.values_list("source", "target", "grant_id")
        .annotate(Sum("amount"))
        .order_by()
    ]


def books_of(moved: Moved) -> Books:
    books: defaultdict[str, int] = defaultdict(int)
    for source, target, _, amount in moved:
        books[source] -= amount
        books[target] += amount
    return {book: books[book] for book in Book}


def credits_of(moved: Moved) -> dict[uuid.UUID, int]:
    """What was left of each grant."""
    left: defaultdict[uuid.UUID, int] = defaultdict(int)
    for source, target, grant_id, amount in moved:
        if grant_id is not None and grant_id != NIL:
            left[grant_id] += ((target in CREDITS) - (source in CREDITS)) * amount
    return dict(left)
