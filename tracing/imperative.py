"""Evaluations told step by step: runs, predictions and scores, kept as the calls that the client makes of them.

Evaluation.evaluate                  the run
  Evaluation.predict_and_score       of one row
    <model>.predict                  the prediction
    <scorer>.score                   a score
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from common.ids import uuid7
from tracing import json_text, recording
from tracing.call_shapes import Complete, End, Start
from tracing.errors import Missing
from tracing.models import Call
from tracing.refs import NotARef, Ref
from tracing.visits import Space

EVALUATE, PREDICT_AND_SCORE = "Evaluation.evaluate", "Evaluation.predict_and_score"
PREDICT, SCORE = ".predict", ".score"
#: By these the client knows what was told step by step.
TOLD, TOLD_SCORE = {"imperative": True}, {"imperative": True, "score": True}


def calls(space: Space) -> QuerySet[Call]:
    return Call.objects.filter(project=space.project_id).visible()


def find(space: Space, call_id: str, what: str) -> Call:
    """Raises Missing."""
    found = calls(space).filter(call_id=call_id[:128]).first()
    fits = found is not None and {
        "evaluation run": found.op == EVALUATE,
        "prediction": found.op not in (EVALUATE, PREDICT_AND_SCORE),
        "score": found.op.endswith(SCORE),
    }.get(what)
    if found is None or not fits:
        raise Missing(f"There is no {what} '{call_id[:128]}' in {space.path}.")
    return found


def begin_run(space: Space, *, evaluation: str, model: str, source: str | None) -> str:
    meta = {**TOLD, **({"source_evaluation_run_id": source} if source else {})}
    start = _start(space, EVALUATE, None, {"self": evaluation, "model": model}, meta)
    recording.record(space, starts=[start])
    return start.id or ""


def predict(
    space: Space, *, run: Call | None, model: str, inputs: dict[str, Any], output: Any, facts: dict[str, Any]
) -> str:
    starts = []
    above = run
    if run is not None:
        asked = {"self": _inputs(run).get("self"), "model": model, "example": inputs}
        starts.append(_start(space, PREDICT_AND_SCORE, run, asked, TOLD))
        above = Call(call_id=starts[0].id or "", trace_id=run.trace_id)
    done = _whole(space, f"{_name(model)}{PREDICT}", above, {"self": model, **inputs}, output, {**TOLD, **facts})
    recording.record(space, starts=starts, completes=[done])
    return done.id


def score(space: Space, prediction: Call, *, scorer: str, value: Any) -> str:
    row = _row_of(space, prediction)
    inputs = {"self": scorer, "output": json_text.load(prediction.output or "null")}
    done = _whole(space, f"{_name(scorer)}{SCORE}", row or prediction, inputs, value, TOLD_SCORE)
    recording.record(space, completes=[done])
    if row is not None and row.ended_at is not None:
        end_row(space, prediction)
    return done.id


def end_row(space: Space, prediction: Call) -> None:
    """With all scores that are there."""
    row = _row_of(space, prediction)
    if row is None:
        return
    scores = {
        one.op.removesuffix(SCORE): json_text.load(one.output or "null")
        for one in calls(space).filter(parent_id=row.call_id, op__endswith=SCORE).order_by("started_at", "id")
    }
    output = {"output": json_text.load(prediction.output or "null"), "scores": scores, "model_latency": None}
    end(space, row, output)


def end(space: Space, call: Call, output: Any) -> None:
    ended = End(
        project_id=space.path,
        id=call.call_id,
        trace_id=call.trace_id,
        started_at=call.started_at,
        ended_at=timezone.now(),
        output=output,
        summary={},
    )
    recording.record(space, ends=[ended])


def predictions(space: Space, run: Call | None) -> QuerySet[Call]:
    if run is None:
        return calls(space).filter(op__endswith=PREDICT)
    return _below_rows(space, run).exclude(op__endswith=SCORE)


def scores(space: Space, run: Call | None) -> QuerySet[Call]:
    found = calls(space) if run is None else _below_rows(space, run)
    return found.filter(op__endswith=SCORE)


def shown_run(_space: Space, run: Call) -> dict[str, Any]:
    inputs = _inputs(run)
    return {
        "evaluation_run_id": run.call_id,
        "evaluation": str(inputs.get("self") or ""),
        "model": str(inputs.get("model") or ""),
        "status": run.status,
        "started_at": run.started_at,
        "finished_at": run.ended_at,
        "summary": output if isinstance(output := json_text.load(run.output or "null"), dict) else None,
        "source_evaluation_run_id": _meta(run).get("source_evaluation_run_id"),
    }


def shown_prediction(space: Space, prediction: Call) -> dict[str, Any]:
    inputs = _inputs(prediction)
    row = _row_of(space, prediction)
    return {
        "prediction_id": prediction.call_id,
        "model": str(inputs.pop("self", "")),
        "inputs": inputs,
        "output": json_text.load(prediction.output or "null"),
        "evaluation_run_id": row.parent_id if row else None,
        "wb_user_id": str(prediction.user_id) if prediction.user_id else None,
    }


def shown_score(space: Space, given: Call) -> dict[str, Any]:
    row = _row_of(space, given)
    return {
        "score_id": given.call_id,
        "scorer": str(_inputs(given).get("self") or ""),
        "value": json_text.load(given.output or "null"),
        "evaluation_run_id": row.parent_id if row else None,
        "wb_user_id": str(given.user_id) if given.user_id else None,
    }


def _below_rows(space: Space, run: Call) -> QuerySet[Call]:
    rows = calls(space).filter(parent_id=run.call_id, op=PREDICT_AND_SCORE)
    return calls(space).filter(parent_id__in=rows.values("call_id"))


def _row_of(space: Space, call: Call) -> Call | None:
    return calls(space).filter(call_id=call.parent_id, op=PREDICT_AND_SCORE).first() if call.parent_id else None


def _start(space: Space, op: str, above: Call | None, inputs: dict[str, Any], meta: dict[str, Any]) -> Start:
    call_id = str(uuid7())
    return Start(
        project_id=space.path,
        id=call_id,
        trace_id=above.trace_id if above else call_id,
        parent_id=above.call_id if above else None,
        op_name=op,
        started_at=timezone.now(),
        attributes={"_weave_eval_meta": meta},
        inputs=inputs,
    )


def _whole(
    space: Space, op: str, above: Call | None, inputs: dict[str, Any], output: Any, meta: dict[str, Any]
) -> Complete:
    """Of what was told after it had happened nobody knows how long it took."""
    start = _start(space, op, above, inputs, meta)
    said: dict[str, Any] = {"output": output, "summary": {}, "ended_at": _at(start)}
    return Complete(**start.model_dump() | said)


def _at(start: Start) -> datetime:
    return start.started_at


def _inputs(call: Call) -> dict[str, Any]:
    inputs: dict[str, Any] = json_text.load(call.inputs)
    return inputs


def _meta(call: Call) -> dict[str, Any]:
    meta = json_text.load(call.attributes).get("_weave_eval_meta")
    return meta if isinstance(meta, dict) else {}


def _name(ref: str) -> str:
    """Of the object that is referred to, or what stands in its place."""
    try:
        return Ref.parse(ref).name[:200]
    except NotARef:
        return ref[:200]
