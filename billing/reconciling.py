"""The proof of the books: every invariant is looked at, and what is not true is written down for people."""

from __future__ import annotations

import hashlib
import json
import logging
import re
import uuid
from collections.abc import Iterator
from http.client import HTTPException
from typing import Any
from urllib.parse import urljoin
from urllib.request import urlopen

from django.conf import settings
from django.db import connection

from billing import sql
from billing.invariants import INVARIANTS
from billing.models import Finding, InvoiceDocument, Reconciliation, UsageRecord
from common import clock

log = logging.getLogger(__name__)

#: Seconds beyond the longest that a request may take, after which it cannot be running any more.
GRACE = 300
#: Seconds that the simulator's own ledger is waited for.
PATIENCE = 5
OURS = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def reconcile() -> Reconciliation:
    """One run; what it finds is in its `findings`."""
    run = Reconciliation.objects.create(started_at=clock.now())
    found = [*_broken(), *_rewritten(), *_provider_differs()]
    for finding in found:
        finding.reconciliation = run
    Finding.objects.bulk_create(found)
    run.checked = sorted({invariant.code for invariant in INVARIANTS} | {"I9"})
    run.finished_at = clock.now()
    run.save(update_fields=["checked", "finished_at"])
    if found:
        log.error("the books do not add up: %s", "; ".join(map(str, found)))
    return run


def _broken() -> Iterator[Finding]:
    longest = settings.UPSTREAM_TOTAL_TIMEOUT + GRACE
    for invariant in INVARIANTS:
        with connection.cursor() as cursor:
            cursor.execute(invariant.statement(connection.vendor, longest=longest))
            rows: list[sql.Row] = cursor.fetchall()
        for account_id, count, example in rows:
            whose = None if account_id is None else sql.identity(account_id)
            yield Finding(
                account_id=whose,
                invariant=invariant.code,
                sentence=invariant.sentence,
                rows=count,
                example=example or "",
            )


def _rewritten() -> Iterator[Finding]:
    """I7: a document is, byte for byte, what was sent."""
    documents = InvoiceDocument.objects.values_list("invoice__account_id", "invoice__number", "pdf", "sha256")
    for account_id, number, pdf, digest in documents.iterator(chunk_size=20):
        if hashlib.sha256(pdf).hexdigest() != digest:
            sentence = "an invoice's document that is not what was sent"
            yield Finding(account_id=account_id, invariant="I7", sentence=sentence, rows=1, example=number)


def _provider_differs() -> Iterator[Finding]:
    """I9, of the one provider that keeps a ledger of its own: tokens that it generated are tokens that we charged."""
    theirs = dict(_simulated())
    differing: dict[uuid.UUID, list[str]] = {}
    for record in UsageRecord.objects.filter(pk__in=theirs).order_by("pk"):
        if not _agrees(record, theirs[record.pk]):
            differing.setdefault(record.organization_id, []).append(str(record.pk))
    for organization_id, records in differing.items():
        yield Finding(
            account_id=organization_id,
            invariant="I9",
            sentence="a count of tokens that is not the provider's",
            rows=len(records),
            example=records[0],
        )


def _agrees(record: UsageRecord, generated: int) -> bool:
    """What was cut short here, as by the death of a server, the simulator may have brought to its end unheard."""
    is_whole = record.outcome == record.Outcome.COMPLETED or record.certainty == record.Certainty.REPORTED
    return record.completion_tokens == generated if is_whole else record.completion_tokens <= generated


def _simulated() -> Iterator[tuple[uuid.UUID, int]]:
    """Requests that came to their end, and what the simulator generated for them; none if there is no simulator."""
    if not settings.SIMULATOR_BASE_URL:
        return
    try:
        with urlopen(urljoin(settings.SIMULATOR_BASE_URL, "/ledger"), timeout=PATIENCE) as answer:  # noqa: S310
            kept: dict[str, Any] = json.load(answer)
    except (OSError, HTTPException, ValueError):
        return
    for entry in kept["requests"]:
        # Others may call the simulator too, and name their requests as they like.
        if entry["outcome"] == "completed" and OURS.fullmatch(entry["request_id"] or ""):
            yield uuid.UUID(entry["request_id"]), entry["billed"]["completion_tokens"]
