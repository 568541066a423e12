"""Evaluation runs, their predictions and scores, told and read one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from django.db.models import QuerySet
from pydantic import BaseModel
from starlette.responses import Response

from tracing import imperative, piecemeal, recording, sizes
from tracing.call_queries import Filter, matching
from tracing.models import Call
from tracing.shapes import Id, Members, Nothing, Page, Text
from tracing.visits import Endpoint, Space, Visit, asking, taking

#: How a call is told.
Shown = Callable[[Space, Call], dict[str, Any]]


class NewRun(BaseModel):
    evaluation: Text
    model: Text
    source_evaluation_run_id: Id | None = None


class Finish(BaseModel):
    summary: Members | None = None


class Runs(Page):
    evaluations: list[str] | None = None
    models: list[str] | None = None
    evaluation_run_ids: list[str] | None = None


class OfRun(Page):
    evaluation_run_id: Id | None = None


class NewPrediction(BaseModel):
    model: Text
    inputs: Members
    output: Any
    evaluation_run_id: Id | None = None
    genai_span_ref: list[Members] | None = None


class NewScore(BaseModel):
    prediction_id: Id
    scorer: Text
    value: Any
    evaluation_run_id: Id | None = None


class RunIds(BaseModel):
    evaluation_run_ids: list[str]


class PredictionIds(BaseModel):
    prediction_ids: list[str]


class ScoreIds(BaseModel):
    score_ids: list[str]


def _one(kind: str, name: str, shown: Shown) -> Endpoint:
    """`name` is the ID's in the address."""

    @asking(Nothing)
    def one(visit: Visit, _asked: Nothing) -> Any:
        space = visit.space(visit.path)
        return shown(space, imperative.find(space, visit.names[name], kind))

    return one


def _of_run(found: Callable[[Space, Call | None], QuerySet[Call]], shown: Shown) -> Endpoint:
    """All of a run, or of all."""

    @asking(OfRun)
    def many(visit: Visit, asked: OfRun) -> Response:
        space = visit.space(visit.path)
        return _lines(space, shown, found(space, _run(space, asked.evaluation_run_id)), asked)

    return many


run = _one("evaluation run", "evaluation_run_id", imperative.shown_run)
prediction = _one("prediction", "prediction_id", imperative.shown_prediction)
predictions = _of_run(imperative.predictions, imperative.shown_prediction)
read_score = _one("score", "score_id", imperative.shown_score)
scores = _of_run(imperative.scores, imperative.shown_score)


@taking(NewRun)
def begin(visit: Visit, body: NewRun) -> Any:
    space = visit.write(visit.path)
    source = body.source_evaluation_run_id
    return {
        "evaluation_run_id": imperative.begin_run(space, evaluation=body.evaluation, model=body.model, source=source)
    }


@taking(Finish)
def finish(visit: Visit, body: Finish) -> Any:
    space = visit.space(visit.path)
    imperative.end(space, imperative.find(space, visit.names["evaluation_run_id"], "evaluation run"), body.summary)
    return {"success": True}


@asking(Runs)
def runs(visit: Visit, asked: Runs) -> Response:
    space = visit.space(visit.path)
    found = imperative.calls(space).filter(op=imperative.EVALUATE)
    if asked.evaluation_run_ids:
        found = found.filter(call_id__in=asked.evaluation_run_ids)
    for refs in (asked.evaluations, asked.models):
        if refs:
            found = found.filter(pk__in=matching(space, Filter(input_refs=refs), None).values("pk"))
    return _lines(space, imperative.shown_run, found, asked)


@asking(RunIds)
def delete_runs(visit: Visit, asked: RunIds) -> Any:
    return _deleted(visit, asked.evaluation_run_ids)


@taking(NewPrediction)
def predict(visit: Visit, body: NewPrediction) -> Any:
    space = visit.write(visit.path)
    above = _run(space, body.evaluation_run_id)
    facts = {"genai_span_ref": body.genai_span_ref} if body.genai_span_ref else {}
    identity = imperative.predict(
        space, run=above, model=body.model, inputs=body.inputs, output=body.output, facts=facts
    )
    return {"prediction_id": identity}


@taking(Nothing)
def finish_prediction(visit: Visit, _body: Nothing) -> Any:
    space = visit.space(visit.path)
    imperative.end_row(space, imperative.find(space, visit.names["prediction_id"], "prediction"))
    return {"success": True}


@asking(PredictionIds)
def delete_predictions(visit: Visit, asked: PredictionIds) -> Any:
    return _deleted(visit, asked.prediction_ids)


@taking(NewScore)
def score(visit: Visit, body: NewScore) -> Any:
    space = visit.write(visit.path)
    of = imperative.find(space, body.prediction_id, "prediction")
    return {"score_id": imperative.score(space, of, scorer=body.scorer, value=body.value)}


@asking(ScoreIds)
def delete_scores(visit: Visit, asked: ScoreIds) -> Any:
    return _deleted(visit, asked.score_ids)


def _run(space: Space, call_id: str | None) -> Call | None:
    return imperative.find(space, call_id, "evaluation run") if call_id else None


def _lines(space: Space, shown: Shown, found: QuerySet[Call], page: Page) -> Response:
    keys = list(found.order_by("started_at", "id").values_list("pk", flat=True)[page.part])
    return piecemeal.lines(keys, sizes.of_calls, partial(_written, space, shown))


def _written(space: Space, shown: Shown, keys: Sequence[int]) -> Iterator[bytes]:
    by_key = Call.objects.defer("otel_dump").in_bulk(keys)
    return (piecemeal.json(shown(space, by_key[key])) for key in keys if key in by_key)


def _deleted(visit: Visit, call_ids: list[str]) -> Any:
    """With all below them, which are not counted."""
    space = visit.space(visit.path)
    there = imperative.calls(space).filter(call_id__in=call_ids).count()
    recording.delete(space, call_ids)
    return {"num_deleted": there}
