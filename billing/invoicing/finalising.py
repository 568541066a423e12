"""A draft whose grace is over becomes an invoice: lines, number, snapshot and the ledger's entry in one transaction."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import transaction

from billing import audit, ledger
from billing.accounts import account_of, locked
from billing.invoicing import numbers, snapshot, statement
from billing.invoicing.drafting import due, last_of, open_draft
from billing.invoicing.statement import Statement
from billing.models import Book, Invoice, InvoiceLine, LedgerEntry, Numbering
from common import clock, money


def draft(organization_id: uuid.UUID) -> Invoice | None:
    """The organization's draft, made if a month's end asks for one."""
    account = account_of(organization_id)
    # To see what is due can take long: requests do not wait for it at the account's lock.
    while not ((last := last_of(account)) and last.state == Invoice.State.DRAFT):
        period = due(account, last)
        if period is None:
            return None
        with transaction.atomic():
            locked(organization_id)
            if last_of(account) == last:
                return open_draft(account, *period)
    return last


@transaction.atomic
def finalise(organization_id: uuid.UUID) -> Invoice | None:
    """The invoice that its draft has become; None if the draft had been dealt with, or nothing is owed any more."""
    account = locked(organization_id)
    invoice = (
        Invoice.objects.for_account(account)
        .drafts()
        .select_related("account__plan__price_list", "account__organization")
        .first()
    )
    if invoice is None or invoice.finalise_at > clock.now():
        return None
    said = statement.of(invoice)
    if not said.total:
        invoice.delete()
        audit.note(account.pk, None, "invoice.dropped", "Draft dropped: nothing was owed any more")
        return None
    _freeze(invoice, said)
    return invoice


def _freeze(invoice: Invoice, said: Statement) -> None:
    now = clock.now()
    for line in said.lines:
        line.invoice = invoice
    # The database takes lines of drafts alone.
    InvoiceLine.objects.bulk_create(said.lines)
    invoice.number = numbers.take(Numbering.Series.INVOICE, now.year)
    invoice.finalised_at, invoice.due_at = now, now + timedelta(days=settings.INVOICE_DUE_DAYS)
    invoice.total = invoice.outstanding = said.total
    invoice.carried_on = said.carried_on
    invoice.state = Invoice.State.OPEN
    invoice.snapshot = snapshot.taken(invoice, said)
    invoice.save()
    ledger.book([_entry(invoice)])
    sentence = f"Invoice {invoice.number} finalised: {money.usd(invoice.total)}"
    audit.note(invoice.account_id, None, "invoice.finalised", sentence)


def _entry(invoice: Invoice) -> LedgerEntry:
    """What was owed is invoiced."""
    return LedgerEntry(
        account_id=invoice.account_id,
        about_id=invoice.pk,
        kind=LedgerEntry.Kind.INVOICE,
        source=Book.INVOICED,
        target=Book.OWED,
        amount=invoice.total,
        at=clock.now(),
        note=f"Invoice {invoice.number}",
    )
