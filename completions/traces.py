"""A completion that is over becomes the call that Weave's client would have written; nothing waits or fails for it."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from billing.settlement import Settlement
from common.money import PICO
from tracing import recorder
from tracing.recorder import Traced

if TYPE_CHECKING:
    from completions.engine import Completion
    from completions.receipt import Receipt

log = logging.getLogger(__name__)

#: Bytes, or nearly, of what was asked that are kept; of more than that each text is cut to so many letters.
MOST_ASKED, LONGEST_TEXT = 8_000_000, 2_000
#: What a value takes beside its text.
VALUE = 50


@dataclass(frozen=True, slots=True)
class Trace:
    """That a completion is traced, and where in which tree its call stands."""

    trace_id: str | None = None
    parent_id: str | None = None
    #: A conversation, whose turns are calls.
    thread_id: str | None = None
    #: The reference of the saved model that was asked, if one was.
    saved_model: str = ""


def hand_over(completion: Completion, trace: Trace, settlement: Settlement, receipt: Receipt) -> None:
    try:
        recorder.submit(_traced(completion, trace, settlement, receipt))
    except Exception:
        log.exception("the trace of completion %s is lost", completion.id)


def _traced(completion: Completion, trace: Trace, settlement: Settlement, receipt: Receipt) -> Traced:
    caller, transcript = completion.caller, completion.transcript
    asked, size = _kept(completion.request.body)
    began = completion.reservation.created_at
    return Traced(
        project_id=caller.project_id,
        project_path=caller.project_path,
        user_id=caller.user_id,
        id=completion.id,
        request=asked,
        response=transcript.output() if transcript else None,
        size=size + (transcript.size if transcript else 0),
        started_at=began,
        # Not when this machine says that it ended: it began by the books' clock.
        ended_at=began + timedelta(milliseconds=settlement.duration_ms),
        prompt_tokens=settlement.prompt_tokens,
        cached_tokens=settlement.cached_tokens,
        completion_tokens=settlement.completion_tokens,
        reasoning_tokens=settlement.reasoning_tokens,
        error=receipt.error,
        trace_id=trace.trace_id,
        parent_id=trace.parent_id,
        thread_id=trace.thread_id,
        facts=_facts(completion, trace, settlement, receipt),
    )


def _facts(completion: Completion, trace: Trace, settlement: Settlement, receipt: Receipt) -> dict[str, Any]:
    """What is known here and has no place in the client's own form."""
    is_cut = bool(completion.transcript and completion.transcript.is_cut)
    return {
        "door": completion.caller.door,
        "provider": receipt.provider,
        "is_simulated": receipt.is_simulated,
        "outcome": receipt.outcome,
        "finish_reason": receipt.finish_reason,
        "certainty": receipt.certainty,
        "charged_usd": f"{Decimal(receipt.cost) / PICO:f}",
        "ttft_ms": settlement.ttft_ms,
        **({"saved_model": trace.saved_model} if trace.saved_model else {}),
        **({"is_cut": True} if is_cut else {}),
    }


def _kept(body: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """What was asked, long texts such as images cut if it is very much; and its size."""
    size = _size(body)
    if size <= MOST_ASKED:
        return body, size
    cut = _cut(body)
    return cut, _size(cut)


def _size(value: object) -> int:
    if isinstance(value, str):
        return VALUE + len(value)
    if isinstance(value, dict):
        return VALUE + sum(_size(inner) for inner in value.values())
    return VALUE + sum(_size(inner) for inner in value) if isinstance(value, list) else VALUE


def _cut(value: Any) -> Any:
    if isinstance(value, str) and value.startswith("data:") and len(value) > LONGEST_TEXT:
        # Half an image would be shown as a broken one.
        return f"({value.partition(',')[0]}: left out, it has {len(value):,} letters)"
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        return f"{value[:LONGEST_TEXT]}… (cut: it has {len(value):,} letters)"
    if isinstance(value, dict):
        return {name: _cut(inner) for name, inner in value.items()}
    return [_cut(inner) for inner in value] if isinstance(value, list) else value
