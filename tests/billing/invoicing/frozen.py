"""An invoice for tests that do not care how it came about."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from billing import ledger
from billing.invoicing import snapshot
from billing.invoicing.statement import Statement
from billing.models import Account, Book, Invoice, LedgerEntry
from common import clock
from common.money import PICO


def frozen(account: Account, total: int = 10 * PICO, **details: Any) -> Invoice:
    """Open, and in the ledger too: what it asks for was owed for usage."""
    now = clock.now()
    invoice = Invoice(
        account=account,
        state=Invoice.State.OPEN,
        period_start=now - timedelta(days=30),
        period_end=now,
        finalise_at=now,
        number="2020-000001",
        finalised_at=now,
        due_at=now + timedelta(days=14),
        total=total,
        outstanding=total,
    )
    for name, value in details.items():
        setattr(invoice, name, value)
    invoice.snapshot = snapshot.taken(invoice, Statement([], total, 0))
    invoice.save(force_insert=True)
    for kind, source, target in (
        (LedgerEntry.Kind.OPENING, Book.OWED, Book.USAGE),
        (LedgerEntry.Kind.INVOICE, Book.INVOICED, Book.OWED),
    ):
        ledger.book(
            [
                LedgerEntry(
                    account=account, about_id=invoice.pk, kind=kind, source=source, target=target, amount=total, at=now
                )
            ]
        )
    return invoice
