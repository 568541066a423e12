"""The monthly run: safe to run at any time, twice, by many, or to be killed; the next one goes on where it ended."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator

from billing.invoicing import documents, notices
from billing.invoicing.finalising import draft, finalise
from billing.invoicing.owing import owing
from billing.models import Invoice
from common.money import CENT

log = logging.getLogger(__name__)


def run_invoices() -> list[Invoice]:
    """The invoices that were finalised. What fails for one organization is the log's, and tried again next time."""
    made: list[Invoice] = []
    for organization_id in _concerned():
        try:
            made += bill(organization_id)
        except Exception:
            log.exception("could not invoice %s", organization_id)
    documents.make_missing()
    notices.send_missing()
    return made


def bill(organization_id: uuid.UUID) -> Iterator[Invoice]:
    """Month after month, each step in a transaction of its own."""
    while (current := draft(organization_id)) is not None:
        invoice = finalise(organization_id)
        if invoice is None and Invoice.objects.drafts().filter(pk=current.pk).exists():
            return
        if invoice:
            yield invoice


def _concerned() -> list[uuid.UUID]:
    """Who owes something, or has a draft."""
    owes = set(owing(CENT).values_list("pk", flat=True))
    return sorted(owes | set(Invoice.objects.drafts().values_list("account_id", flat=True)))
