"""Closes the reservations of dead processes, billed by what had been written down of them."""

from __future__ import annotations

import logging

from django.db import transaction
from django.utils import timezone

from billing import accounts, processes
from billing.models import Process, Reservation, UsageRecord
from billing.settlement import Settlement, settle_all

log = logging.getLogger(__name__)


def reap(*, silent_too: bool) -> int:
    """How many reservations it closed. Any number of processes may do this at once."""
    return sum(bury(process) for process in processes.dead(silent_too=silent_too))


@transaction.atomic
def bury(process: Process) -> int:
    left = Reservation.objects.filter(process=process.pk, state=Reservation.State.RUNNING)
    accounts.lock(set(left.order_by().values_list("account_id", flat=True)))
    rows = list(left)
    settle_all([from_checkpoint(row) for row in rows])
    Process.objects.filter(pk=process.pk).delete()
    if rows:
        log.warning("closed %d reservations of process %s, which is dead", len(rows), process.pid)
    return len(rows)


def from_checkpoint(row: Reservation) -> Settlement:
    now = timezone.now()
    return Settlement(
        id=row.pk,
        organization_id=row.account_id,
        state=Reservation.State.EXPIRED,
        outcome=UsageRecord.Outcome.FAILED,
        certainty=UsageRecord.Certainty.CHECKPOINT,
        prompt_tokens=row.checkpoint_prompt,
        cached_tokens=0,
        completion_tokens=row.checkpoint_output,
        reasoning_tokens=0,
        offering_id=row.offering_id,
        provider=row.provider,
        is_simulated=row.is_simulated,
        error_code="server_died",
        finish_reason="",
        ended_at=now,
        ttft_ms=None,
        duration_ms=max(0, int(((row.checkpoint_at or row.created_at) - row.created_at).total_seconds() * 1000)),
    )
