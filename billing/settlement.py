"""Settlement: a reservation's one end, its usage record, the money, and the hour's sums, in one transaction."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from billing import accounts, rollup
from billing.models import Reservation, UsageRecord
from billing.prices import UnitPrices


@dataclass(frozen=True, slots=True)
class Settlement:
    """How a completion ended and what it used. Voided: nothing is charged. Expired: its process died."""

    id: uuid.UUID
    organization_id: uuid.UUID
    state: str
    outcome: str
    certainty: str
    prompt_tokens: int
    cached_tokens: int
    completion_tokens: int
    reasoning_tokens: int
    offering_id: uuid.UUID
    provider: str
    is_simulated: bool
    error_code: str
    finish_reason: str
    ended_at: datetime
    ttft_ms: int | None
    duration_ms: int


def unused(row: Reservation) -> Settlement:
    """The end of a reservation that nothing was used of."""
    return Settlement(
        id=row.pk,
        organization_id=row.account_id,
        state=Reservation.State.VOIDED,
        outcome=UsageRecord.Outcome.STOPPED,
        certainty=UsageRecord.Certainty.REPORTED,
        prompt_tokens=0,
        cached_tokens=0,
        completion_tokens=0,
        reasoning_tokens=0,
        offering_id=row.offering_id,
        provider=row.provider,
        is_simulated=row.is_simulated,
        error_code="",
        finish_reason="",
        ended_at=timezone.now(),
        ttft_ms=None,
        duration_ms=max(0, int((timezone.now() - row.created_at).total_seconds() * 1000)),
    )


def settle_all(settlements: Sequence[Settlement]) -> None:
    """Their accounts must be locked. One that has ended before changes nothing, however often it comes."""
    if not settlements:
        return
    first = {settlement.id: settlement for settlement in reversed(settlements)}
    running = Reservation.objects.select_for_update().filter(pk__in=first, state=Reservation.State.RUNNING)
    ended = [(row, first[row.pk]) for row in running.order_by("pk")]
    records = [_record(row, settlement) for row, settlement in ended]
    _end(ended)
    UsageRecord.objects.bulk_create(records)
    rollup.add(records)
    _pay(ended, records)


def _end(ended: list[tuple[Reservation, Settlement]]) -> None:
    for row, settlement in ended:
        row.state, row.ended_at = settlement.state, settlement.ended_at
    Reservation.objects.bulk_update([row for row, _ in ended], ["state", "ended_at"])


def _pay(ended: list[tuple[Reservation, Settlement]], records: list[UsageRecord]) -> None:
    settled: Counter[uuid.UUID] = Counter()
    held: Counter[uuid.UUID] = Counter()
    for (row, _), record in zip(ended, records, strict=True):
        settled[row.account_id] -= record.cost
        held[row.account_id] -= row.amount
    for organization_id in sorted(held):
        accounts.move(organization_id, settled=settled[organization_id], held=held[organization_id])


def _record(row: Reservation, settlement: Settlement) -> UsageRecord:
    prices = UnitPrices(row.input_price, row.cached_input_price, row.output_price)
    return UsageRecord(
        id=row.pk,
        organization_id=row.account_id,
        project_id=row.project_id,
        user_id=row.user_id,
        api_key_id=row.api_key_id,
        model=row.model,
        offering_id=settlement.offering_id,
        provider=settlement.provider,
        is_simulated=settlement.is_simulated,
        door=row.door,
        client=row.client,
        outcome=settlement.outcome,
        error_code=settlement.error_code[:60],
        finish_reason=settlement.finish_reason[:30],
        certainty=settlement.certainty,
        prompt_tokens=settlement.prompt_tokens,
        cached_tokens=settlement.cached_tokens,
        completion_tokens=settlement.completion_tokens,
        reasoning_tokens=settlement.reasoning_tokens,
        input_price=row.input_price,
        cached_input_price=row.cached_input_price,
        output_price=row.output_price,
        cost=prices.cost(
            prompt=settlement.prompt_tokens,
            cached=settlement.cached_tokens,
            completion=settlement.completion_tokens,
        ),
        started_at=row.created_at,
        ended_at=settlement.ended_at,
        ttft_ms=settlement.ttft_ms,
        duration_ms=settlement.duration_ms,
    )
