"""An organization's invoices for a page: what gathers first, then the newest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from billing.invoicing import drafting, statement
from billing.models import Account, Invoice
from common import clock


@dataclass(frozen=True, slots=True)
class Listed:
    invoice: Invoice
    #: Pico-USD, whole cents.
    amount: int
    standing: str


def listed(account: Account) -> list[Listed]:
    now, written = clock.now(), list(Invoice.objects.for_account(account).defer("snapshot"))
    upcoming = drafting.gathering(account, next(iter(written), None), now)
    first = Listed(upcoming, statement.amount(upcoming), upcoming.standing(now))
    return [*([first] if account.plan.bills_overage or first.amount else []), *_listed(account, written, now)]


def latest(account: Account, most: int, *, now: datetime) -> list[Listed]:
    """The newest of those that are frozen; one query."""
    frozen = Invoice.objects.for_account(account).frozen().defer("snapshot")[:most]
    return [Listed(invoice, invoice.total, invoice.standing(now)) for invoice in frozen]


def _listed(account: Account, written: Iterable[Invoice], now: datetime) -> Iterator[Listed]:
    for invoice in written:
        invoice.account = account
        yield Listed(invoice, statement.amount(invoice), invoice.standing(now))
