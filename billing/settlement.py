"""Settlement: a reservation's one end, its usage record, the money, and the hour's sums, in one transaction."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.utils import timezone

from billing import sql
from billing.locking import Standings
from billing.models import Reservation, UsageRecord
from billing.prices import UnitPrices
from billing.standing import Charge


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
    status: int | None = None


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


class Ended(NamedTuple):
    """Of a reservation, what its usage record says too; ids and times as the database has them."""

    id: Any
    account_id: Any
    project_id: Any
    user_id: int
    api_key_id: Any
    model: str
    door: str
    client: str
    input_price: int
    cached_input_price: int
    output_price: int
    amount: int
    created_at: Any


END = (
    "UPDATE billing_reservation SET state = batch.ends_as, ended_at = batch.at FROM batch"  # noqa: S608 (constants)
    " WHERE billing_reservation.id = batch.id AND state = 'running'"
    f" RETURNING {', '.join(f'billing_reservation.{name}' for name in Ended._fields)}"
)


def end(settlements: Sequence[Settlement]) -> list[sql.Row]:
    """Ends their reservations; their accounts must be locked. What has ended before is not among the rows."""
    ends = [(each.id, each.state, each.ended_at) for each in _first(settlements).values()]
    return sql.run(END, {"id": "uuid", "ends_as": "text", "at": "timestamptz"}, ends)


def settle(settlements: Sequence[Settlement], ended: Iterable[sql.Row], standings: Standings) -> list[UsageRecord]:
    """A record for each that ended, to be written; the standings are changed."""
    first, records = _first(settlements), []
    for row in map(Ended._make, ended):
        standing = standings[sql.identity(row.account_id)]
        record = _record(row, first[sql.identity(row.id)], standing.ahead)
        standing.held_by -= row.amount
        standing.charge(_charge(row, record.cost))
        records.append(record)
    return records


def _charge(row: Ended, cost: int) -> Charge:
    return Charge(
        id=sql.identity(row.id),
        project_id=sql.identity(row.project_id),
        api_key_id=None if row.api_key_id is None else sql.identity(row.api_key_id),
        model=row.model,
        cost=cost,
        admitted_at=sql.moment(row.created_at),
    )


def _first(settlements: Sequence[Settlement]) -> dict[uuid.UUID, Settlement]:
    """By their reservations; what comes twice ends as it was said first."""
    return {settlement.id: settlement for settlement in reversed(settlements)}


def _record(row: Ended, settlement: Settlement, ahead: timedelta) -> UsageRecord:
    prices = UnitPrices(row.input_price, row.cached_input_price, row.output_price)
    return UsageRecord(
        id=row.id,
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
        status=settlement.status,
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
        ended_at=settlement.ended_at + ahead,
        ttft_ms=settlement.ttft_ms,
        duration_ms=settlement.duration_ms,
    )
