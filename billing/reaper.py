"""Closes the reservations of dead processes, billed by what had been written down of them."""

from __future__ import annotations

import logging
import uuid
from dataclasses import replace

from django.db import transaction

from billing import locking, processes, sql
from billing.book import book
from billing.models import Process, Reservation, UsageRecord
from billing.settlement import Settlement, unused

log = logging.getLogger(__name__)


def reap(*, silent_too: bool) -> int:
    """How many reservations it closed. Any number of processes may do this at once."""
    return sum(bury(process) for process in processes.dead(silent_too=silent_too))


@transaction.atomic
def close(*ids: uuid.UUID) -> int:
    """Ends these reservations, those that still run, as far as was written down of them."""
    left = Reservation.objects.filter(pk__in=ids, state=Reservation.State.RUNNING)
    locking.lock(left.order_by().values_list("account_id", flat=True))
    rows = list(left)
    book([from_checkpoint(row) for row in rows], [])
    return len(rows)


#: The state stands in the text, so that the index of running reservations is used.
LEFT = "SELECT id FROM billing_reservation WHERE state = 'running' AND process IN (SELECT id FROM batch)"


@transaction.atomic
def bury(process: Process) -> int:
    closed = close(*(sql.identity(row[0]) for row in sql.select(LEFT, "uuid", [process.pk])))
    Process.objects.filter(pk=process.pk).delete()
    if closed:
        log.warning("closed %d reservations of process %s, which is dead", closed, process.pid)
    return closed


def from_checkpoint(row: Reservation) -> Settlement:
    lasted = (row.checkpoint_at or row.created_at) - row.created_at
    return replace(
        unused(row),
        state=Reservation.State.EXPIRED,
        outcome=UsageRecord.Outcome.FAILED,
        certainty=UsageRecord.Certainty.CHECKPOINT,
        prompt_tokens=row.checkpoint_prompt,
        completion_tokens=row.checkpoint_output,
        error_code="server_died",
        duration_ms=max(0, int(lasted.total_seconds() * 1000)),
    )
