"""How a completion ended and what it is charged; docs/architecture.md has the policy this follows.

Finished: what the provider reported. Stopped: what it reported if it came, else prompt and tokens so far, estimated.
Failed before the first token: nothing; after it: what was delivered.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils import timezone

from billing import writer
from billing.models import Reservation, UsageRecord
from billing.prices import UnitPrices
from billing.settlement import Settlement, unused
from common.errors import LineupError, ServerFault
from completions.meter import Meter, Usage
from completions.receipt import Receipt
from inference_catalog import speed

if TYPE_CHECKING:
    from completions.engine import Completion

#: Seconds.
SAMPLED_EVERY = 1.0


def settlement(completion: Completion, error: BaseException | None) -> Settlement:
    meter, connection = completion.meter, completion.connection
    outcome, fault = _outcome(completion, error)
    completion.error = fault
    ended = replace(
        unused(completion.reservation),
        outcome=outcome,
        offering_id=connection.offering_id,
        provider=connection.provider,
        is_simulated=connection.is_simulated,
        error_code=fault.label if fault else "",
        finish_reason=meter.finish_reason,
        ended_at=timezone.now(),
        ttft_ms=_ttft_ms(completion),
        duration_ms=_ms(time.monotonic() - completion.started),
        status=_status(completion, outcome, fault),
    )
    return _charged(ended, meter) if _is_charged(outcome, meter) else ended


def _status(completion: Completion, outcome: UsageRecord.Outcome, fault: LineupError | None) -> int | None:
    """What the caller of the API was answered with, or is about to be."""
    if completion.status is not None or completion.caller.door != "api":
        return completion.status
    if fault is not None:
        return fault.status
    return 200 if outcome == UsageRecord.Outcome.COMPLETED else None


def _ttft_ms(completion: Completion) -> int | None:
    """Of an answer in one piece nobody can say when its first token was made."""
    first = completion.meter.first_token_at
    return _ms(first - completion.started) if first is not None and completion.request.stream else None


def _outcome(completion: Completion, error: BaseException | None) -> tuple[UsageRecord.Outcome, LineupError | None]:
    """What was seen, whoever left when: finished is finished."""
    if completion.meter.is_finished:
        return UsageRecord.Outcome.COMPLETED, None
    if completion.error is not None:
        return UsageRecord.Outcome.FAILED, completion.error
    if error is None or isinstance(error, asyncio.CancelledError | GeneratorExit):
        return UsageRecord.Outcome.STOPPED, None
    return UsageRecord.Outcome.FAILED, error if isinstance(error, LineupError) else ServerFault()


def _is_charged(outcome: UsageRecord.Outcome, meter: Meter) -> bool:
    return meter.was_asked and (outcome != UsageRecord.Outcome.FAILED or meter.first_token_at is not None)


def cost(completion: Completion) -> int:
    """Pico-USD of what was used so far."""
    row, usage = completion.reservation, _used(completion.meter)
    prices = UnitPrices(row.input_price, row.cached_input_price, row.output_price)
    return prices.cost(prompt=usage.prompt, cached=usage.cached, completion=usage.completion)


def _used(meter: Meter) -> Usage:
    if meter.usage is not None:
        return meter.usage
    return Usage(prompt=meter.prompt_tokens, cached=0, completion=meter.completion_tokens, reasoning=0)


def _charged(ended: Settlement, meter: Meter) -> Settlement:
    usage = _used(meter)
    return replace(
        ended,
        state=Reservation.State.SETTLED,
        certainty=UsageRecord.Certainty.ESTIMATED if meter.usage is None else UsageRecord.Certainty.REPORTED,
        prompt_tokens=usage.prompt,
        cached_tokens=usage.cached,
        completion_tokens=usage.completion,
        reasoning_tokens=usage.reasoning,
    )


def receipt(completion: Completion, ended: Settlement) -> Receipt:
    row = completion.reservation
    prices = UnitPrices(row.input_price, row.cached_input_price, row.output_price)
    return Receipt(
        id=ended.id,
        outcome=ended.outcome,
        finish_reason=ended.finish_reason,
        error=_for_people(completion.error),
        prompt_tokens=ended.prompt_tokens,
        cached_tokens=ended.cached_tokens,
        completion_tokens=ended.completion_tokens,
        reasoning_tokens=ended.reasoning_tokens,
        certainty=ended.certainty,
        cost=prices.cost(prompt=ended.prompt_tokens, cached=ended.cached_tokens, completion=ended.completion_tokens),
        ttft_ms=ended.ttft_ms,
        duration_ms=ended.duration_ms,
        provider=completion.connection.provider_name,
        is_simulated=ended.is_simulated,
    )


_speed_reported: dict[str, float] = {}


def report_speed(completion: Completion) -> None:
    """Tells the catalog how fast the model was here: a sample a second is enough for a median."""
    meter, now, model = completion.meter, time.monotonic(), completion.reservation.model
    ttft_ms = _ttft_ms(completion)
    if ttft_ms is None or meter.first_token_at is None or meter.last_token_at is None or not meter.is_finished:
        return
    if now - _speed_reported.get(model, 0.0) < SAMPLED_EVERY:
        return
    _speed_reported[model] = now
    lasted = meter.last_token_at - meter.first_token_at
    rate = (meter.completion_tokens - 1) / lasted if lasted > 0 else None
    writer.run(lambda: speed.report(model, ttft_ms=ttft_ms, tokens_per_second=rate))


def _for_people(error: LineupError | None) -> dict[str, str] | None:
    return {"code": error.label, "message": error.sentence} if error else None


def _ms(seconds: float) -> int:
    return max(0, round(seconds * 1000))
