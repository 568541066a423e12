"""From what was sent of a call to the columns that this part fills."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from common.ids import uuid7
from tracing import examples, json_text, prices
from tracing.call_shapes import Complete, End, Start
from tracing.models import Call
from tracing.models.calls import PREDICT
from tracing.refs import op_of
from tracing.visits import Space

Columns = dict[str, Any]

#: What the column can hold: a client may add up what it likes.
MOST_TOKENS = 2**63 - 1


def started(space: Space, start: Start) -> Columns:
    call_id = start.id or str(uuid7())
    return {
        "project_id": space.project_id,
        "call_id": call_id,
        "trace_id": start.trace_id or call_id,
        "parent_id": start.parent_id,
        "op": op_of(start.op_name),
        "op_name": start.op_name,
        "display_name": start.display_name,
        "started_at": start.started_at,
        "thread_id": start.thread_id,
        "turn_id": start.turn_id,
        "user_id": space.user_id,
        "wb_run_id": start.wb_run_id,
        "wb_run_step": start.wb_run_step,
        "example_digest": examples.digest_of(space, start.inputs) if op_of(start.op_name) in PREDICT else None,
        "attributes": json_text.dump(start.attributes),
        "inputs": json_text.dump(start.inputs),
        "otel_dump": None if start.otel_dump is None else json_text.dump(start.otel_dump),
    }


def ended(space: Space, end: End | Complete) -> Columns:
    return {
        "project_id": space.project_id,
        "call_id": end.id,
        "status": _status(end.exception, end.summary),
        "ended_at": end.ended_at,
        "latency_ms": latency_ms(end.started_at, end.ended_at),
        "wb_run_step_end": end.wb_run_step_end,
        "exception": end.exception,
        "summary": json_text.dump(end.summary),
        "output": json_text.dump(end.output),
        **usage(space.project_id, end.summary, end.started_at or end.ended_at),
    }


def completed(space: Space, call: Complete) -> Columns:
    return started(space, call) | ended(space, call)


def latency_ms(start: datetime | None, end: datetime) -> float | None:
    return (end - start).total_seconds() * 1000 if start else None


def usage(project_id: uuid.UUID, summary: Columns, at: datetime) -> Columns:
    """Tokens and dollars of a call and of those below it, as its client added them up."""
    by_model = prices.usage_of(summary)
    if not by_model:
        return {"tokens": None, "cost": None}
    costs = prices.costs_of(project_id, by_model, at)
    return {
        "tokens": min(sum(used.total_tokens for used in by_model.values()), MOST_TOKENS),
        "cost": sum(cost.total for cost in costs.values()) if costs else None,
    }


def _status(exception: str | None, summary: Columns) -> str:
    if exception is not None:
        return Call.Status.ERROR.value
    counts = summary.get("status_counts")
    below = counts.get("error") if isinstance(counts, dict) else 0
    return (Call.Status.DESCENDANT_ERROR if below else Call.Status.SUCCESS).value
