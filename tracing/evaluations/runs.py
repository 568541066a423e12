"""Runs of evaluations as their client recorded them: of which model, on which data, scored by what, and how well.

A run is a call of `Evaluation.evaluate`. Its inputs refer to the evaluation, which refers to dataset and scorers, and
to the model. `EvaluationLogger` writes the same, with an evaluation that has no scorers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tracing import json_text
from tracing.call_schema import shown_name
from tracing.evaluations import exceptions
from tracing.evaluations.metrics import COST, DURATION, TOKENS, Metric, flatten
from tracing.evaluations.named import Named, named
from tracing.kinds import description
from tracing.models import Call, Object, Table
from tracing.refs import NotARef, Ref
from tracing.visits import Space


@dataclass(frozen=True, slots=True)
class Run:
    call: Call
    evaluation: Named | None
    dataset: Named | None
    model: Named | None
    scorers: tuple[Named, ...]
    trials: int
    metrics: dict[Metric, float]
    #: Logged step by step: its dataset may be no more than a name.
    is_logged: bool
    #: Of the evaluation, by whoever wrote it.
    description: str

    @property
    def id(self) -> str:
        return self.call.call_id

    @property
    def name(self) -> str:
        return shown_name(self.call) or (self.evaluation.name if self.evaluation else self.call.op)

    @property
    def is_running(self) -> bool:
        return self.call.ended_at is None

    @property
    def called_at(self) -> datetime | None:
        return self.call.started_at

    @property
    def figures(self) -> dict[Metric, float]:
        """Its metrics, and what it took as a whole."""
        whole = {DURATION: self.seconds, TOKENS: self.call.tokens, COST: self.call.cost}
        return self.metrics | {metric: float(value) for metric, value in whole.items() if value is not None}

    @property
    def seconds(self) -> float | None:
        return None if self.call.latency_ms is None else self.call.latency_ms / 1000

    @property
    def texts(self) -> dict[str, str]:
        """What it took, as it is written."""
        values = {
            "duration": (DURATION, self.seconds),
            "tokens": (TOKENS, self.call.tokens),
            "cost": (COST, self.call.cost),
        }
        return {name: "–" if value is None else metric.write(value) for name, (metric, value) in values.items()}

    @property
    def reason(self) -> str:
        """Why it failed as a whole."""
        return exceptions.reason(self.call.exception) if self.call.exception else ""

    @property
    def summary(self) -> list[tuple[Metric, str]]:
        return [(metric, metric.write(value)) for metric, value in self.metrics.items()]

    @property
    def scored_by(self) -> frozenset[str]:
        """Which scorers, in which versions; of what was logged, what they were called."""
        if self.scorers:
            return frozenset(scorer.ref for scorer in self.scorers)
        return frozenset(metric.scorer for metric in self.metrics if metric.is_scored)


def read(space: Space, calls: Sequence[Call]) -> list[Run]:
    """Two queries, however many they are."""
    inputs = [_dict(call.inputs) for call in calls]
    known = _evaluations(space, [one.get("self") for one in inputs])
    evaluations = [_evaluation(known, one.get("self")) for one in inputs]
    refs: list[Any] = [ref for one in inputs for ref in (one.get("self"), one.get("model"))]
    for evaluation in evaluations:
        refs += [evaluation.get("dataset"), *_list(evaluation.get("scorers"))]
    names = named(space, refs)
    return [
        _run(call, one, evaluation, names) for call, one, evaluation in zip(calls, inputs, evaluations, strict=True)
    ]


def rows_expected(space: Space, run: Run) -> int | None:
    """How many rows it will have when it is over, if its dataset says so."""
    if run.dataset is None or run.is_logged:
        return None
    dataset = Object.objects.filter(project=space.project_id, object_id=run.dataset.name, digest=run.dataset.digest)
    val = _dict(dataset.values_list("val", flat=True).first())
    try:
        digest = Ref.parse(str(val.get("rows"))).name
    except NotARef:
        return None
    length = Table.objects.filter(project=space.project_id, digest=digest).values_list("length", flat=True).first()
    return None if length is None else length * run.trials


def _evaluations(space: Space, refs: Sequence[Any]) -> dict[tuple[str, str], dict[str, Any]]:
    digests = {str(ref).rpartition(":")[2] for ref in refs if isinstance(ref, str)}
    if not digests:
        return {}
    found = Object.objects.filter(project=space.project_id, digest__in=digests).kept()
    return {(name, digest): _dict(val) for name, digest, val in found.values_list("object_id", "digest", "val")}


def _evaluation(known: dict[tuple[str, str], dict[str, Any]], value: Any) -> dict[str, Any]:
    """What a reference refers to, or what stands in its place."""
    if isinstance(value, dict):
        return value
    try:
        ref = Ref.parse(str(value))
    except NotARef:
        return {}
    return known.get((ref.name, ref.version), {})


def _run(call: Call, inputs: dict[str, Any], evaluation: dict[str, Any], names: dict[str, Named]) -> Run:
    def name(ref: Any) -> Named | None:
        return names.get(ref) if isinstance(ref, str) else None

    trials = evaluation.get("trials")
    return Run(
        call,
        evaluation=name(inputs.get("self")),
        dataset=name(evaluation.get("dataset")),
        model=name(inputs.get("model")),
        scorers=tuple(filter(None, (name(ref) for ref in _list(evaluation.get("scorers"))))),
        trials=trials if isinstance(trials, int) and 0 < trials < 1_000_000 else 1,
        metrics=flatten(json_text.load(call.output or "null")),
        is_logged='"imperative":true' in call.attributes,
        description=description(evaluation),
    )


def _dict(text: str | None) -> dict[str, Any]:
    value = json_text.load(text or "null")
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
