"""An organization's balance as of any time: every book, and what was left of each grant."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from billing import ledger
from billing.models import BALANCE, Account, Book, Grant
from billing.usage.buckets import LATEST
from common import clock, money
from common.errors import BadRequest

_SECONDS = re.compile(r"[0-9]{1,11}\Z")


@dataclass(frozen=True, slots=True)
class Balance:
    """Pico-USD."""

    at: datetime
    books: ledger.Books
    #: Of which something was left.
    grants: list[tuple[Grant, int]]
    #: Known of now alone.
    held: int | None

    @property
    def settled(self) -> int:
        return sum(self.books[book] for book in BALANCE)

    @property
    def named(self) -> list[tuple[str, int]]:
        return [(Book(book).label, amount) for book, amount in self.books.items()]


def balance(account: Account, at: datetime | None = None) -> Balance:
    """Three queries. Now, unless another time is asked for."""
    moment = at or clock.now()
    moved = ledger.moved(account, moment)
    left = ledger.credits_of(moved)
    grants = account.grants.filter(pk__in=[key for key, amount in left.items() if amount])
    return Balance(
        at=moment,
        books=ledger.books_of(moved),
        grants=[(grant, left[grant.pk]) for grant in grants.order_by("created_at", "pk")],
        held=account.held if at is None else None,
    )


class MomentForm(forms.Form):
    """A time in UTC that lies behind us."""

    at = forms.DateTimeField(
        label="At (UTC)",
        widget=forms.DateTimeInput({"type": "datetime-local", "step": 1}, format="%Y-%m-%dT%H:%M:%S"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d"],
        error_messages={"invalid": "This is not a time, such as 2026-11-26T14:30."},
    )

    def clean_at(self) -> datetime:
        at: datetime = self.cleaned_data["at"]
        if at > clock.now():
            raise ValidationError(f"That time is still to come: it is {clock.now():%Y-%m-%d %H:%M:%S} in UTC now.")
        return at.astimezone(UTC)


def asked_for(pairs: Sequence[tuple[str, str]]) -> datetime | None:
    """The time that a program's query names. Raises BadRequest."""
    for name, _ in pairs:
        if name != "at":
            raise BadRequest(f"There is no parameter '{name[:50]}'. There is: at.", param=name[:50])
    if len(pairs) > 1:
        raise BadRequest("'at' is there twice.", param="at")
    if not pairs:
        return None
    text = pairs[0][1]
    if not _SECONDS.match(text) or int(text) > LATEST:
        raise BadRequest(f"'at' must be an integer from 0 to {LATEST}.", param="at")
    at = datetime.fromtimestamp(int(text), UTC)
    if at > clock.now():
        raise BadRequest("'at' lies in the future; without it, it is now.", param="at")
    return at


def told(organization_balance: Balance) -> dict[str, Any]:
    """To programs."""
    amounts = organization_balance
    return {
        "object": "organization.balance",
        "at": int(amounts.at.timestamp()),
        "settled": money.for_programs(amounts.settled),
        "held": None if amounts.held is None else money.for_programs(amounts.held),
        "books": {book: money.for_programs(amount) for book, amount in amounts.books.items()},
        "grants": [_grant(grant, left) for grant, left in amounts.grants],
    }


def _grant(grant: Grant, left: int) -> dict[str, Any]:
    return {
        "id": str(grant.pk),
        "category": grant.category,
        "model": grant.model or None,
        "effective_at": int(grant.effective_at.timestamp()),
        "expires_at": int(grant.expires_at.timestamp()) if grant.expires_at else None,
        "amount": money.for_programs(grant.amount),
        "remaining": money.for_programs(left),
    }
