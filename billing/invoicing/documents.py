"""The PDF of each frozen invoice: made once, after the invoice's own transaction, which holds the account's lock."""

from __future__ import annotations

import hashlib
import logging

from billing.models import Invoice, InvoiceDocument
from common import clock

log = logging.getLogger(__name__)


def document(invoice: Invoice) -> InvoiceDocument:
    """As it was first made, byte for byte."""
    found = InvoiceDocument.objects.filter(invoice=invoice).first()
    if found:
        return found
    # What draws takes a second to import, which every start of a server and every command would wait for.
    from billing.invoicing import pdf

    made = pdf.drawn(invoice.snapshot)
    details = {"pdf": made, "sha256": hashlib.sha256(made).hexdigest(), "made_at": clock.now()}
    # Whoever makes it at the same moment makes the same.
    return InvoiceDocument.objects.get_or_create(invoice=invoice, defaults=details)[0]


def make_missing() -> None:
    """Those of invoices whose maker was stopped before it came to them. One that cannot be drawn is the log's."""
    for invoice in Invoice.objects.frozen().filter(document=None):
        try:
            document(invoice)
        except Exception:
            log.exception("could not make the document of invoice %s", invoice.number)
