"""The runs of a project that are asked for, a page of them; and what can be chosen among."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, QuerySet, Value
from django.db.models.expressions import OrderBy
from django.db.models.functions import Coalesce, Lower, NullIf, Right, StrIndex
from django.db.models.lookups import GreaterThan

from tracing.digests import LENGTH_OF_DIGEST
from tracing.errors import Invalid
from tracing.evaluations import runs
from tracing.evaluations.asking import PAGE, SORTS, Ask
from tracing.evaluations.metrics import Metric, together
from tracing.evaluations.runs import Run
from tracing.json_values import JsonNumber, JsonText
from tracing.models import Call, Object
from tracing.models.calls import EVALUATE, PREDICT
from tracing.refs import NotARef, Ref
from tracing.sorted_pages import Paged
from tracing.visits import Space

#: The newest of a project, whose names can be chosen.
_LOOKED_AT = 2000
#: Columns of a page; each evaluation has all of its own.
MOST_METRICS = 24
_SHOWN = Coalesce(NullIf(Coalesce("new_name", "display_name"), Value("")), Value(EVALUATE))


@dataclass(frozen=True, slots=True)
class Page(Paged):
    SIZE = PAGE

    ask: Ask
    runs: list[Run]
    total: int
    metrics: list[Metric]
    #: How many metrics have no column.
    more_metrics: int
    #: Rows that have ended of runs that have not.
    done: dict[str, int]

    @property
    def shown(self) -> int:
        return len(self.runs)

    @property
    def matching(self) -> int:
        return self.total

    @property
    def is_live(self) -> bool:
        return any(run.is_running for run in self.runs)

    @property
    def columns(self) -> list[tuple[str, str, str]]:
        """Of metrics: title, address of the order by it, and which way it is sorted by now."""
        return [(metric.title, self.ask.sorted_by(metric.key), self.ask.way_of(metric.key)) for metric in self.metrics]

    @property
    def lines(self) -> list[tuple[Run, list[str], int]]:
        """Each run with its metrics as they are written, and of one that runs how many rows are done."""
        return [
            (run, [_written(metric, run.metrics.get(metric)) for metric in self.metrics], self.done.get(run.id, 0))
            for run in self.runs
        ]


@dataclass(frozen=True, slots=True)
class Choices:
    """Names, of any version."""

    evaluations: list[str]
    models: list[str]
    datasets: list[str]


def page(space: Space, ask: Ask) -> Page:
    calls = asked(space, ask)
    first = (ask.page - 1) * PAGE
    found = runs.read(space, list(calls[first : first + PAGE]))
    metrics = together(run.metrics for run in found)
    more = max(0, len(metrics) - MOST_METRICS)
    return Page(ask, found, calls.count(), metrics[:MOST_METRICS], more, _done(space, found))


def asked(space: Space, ask: Ask) -> QuerySet[Call]:
    calls = Call.objects.filter(project=space.project_id).evaluations().select_related("user").annotate(shown=_SHOWN)
    if ask.text:
        calls = calls.annotate(lower=Lower("shown")).filter(_has("lower", ask.text.lower()))
    if ask.status:
        calls = calls.filter(status=ask.status)
    if ask.model:
        calls = calls.filter(_has(JsonText(F("inputs"), ["model"]), f"/{ask.model}:"))
    if ask.evaluation:
        calls = calls.filter(_has(JsonText(F("inputs"), ["self"]), f"/{ask.evaluation}:"))
    if ask.dataset:
        calls = calls.filter(_on_dataset(space, ask.dataset))
    return calls.order_by(_order(ask), "-id").defer("exception", "summary", "otel_dump")


def choices(space: Space) -> Choices:
    calls = Call.objects.filter(project=space.project_id).evaluations().order_by("-started_at")
    models = calls.annotate(model=JsonText(F("inputs"), ["model"])).values_list("model", flat=True)[:_LOOKED_AT]
    objects = Object.objects.filter(project=space.project_id, kind=Object.Kind.OBJECT, base_class="Evaluation").kept()
    datasets = objects.order_by("-created_at").annotate(dataset=JsonText(F("val"), ["dataset"]))
    evaluations = list(datasets.values_list("object_id", "dataset")[:_LOOKED_AT])
    return Choices(
        evaluations=_sorted(name for name, _ in evaluations),
        models=_sorted(_name(model) for model in models),
        datasets=_sorted(_name(dataset) for _, dataset in evaluations),
    )


def _done(space: Space, found: list[Run]) -> dict[str, int]:
    running = [run.id for run in found if run.is_running]
    if not running:
        return {}
    ended = Call.objects.filter(project=space.project_id, parent_id__in=running, op__in=PREDICT, ended_at__isnull=False)
    counted = ended.visible().values_list("parent_id").annotate(rows=Count("pk"))
    return {run or "": rows for run, rows in counted}


def _written(metric: Metric, value: float | None) -> str:
    return "–" if value is None else metric.write(value)


def _order(ask: Ask) -> OrderBy:
    """Runs that have no such number come last."""
    metric = ask.metric
    if metric is None:
        return OrderBy(F(SORTS[ask.sort]), descending=not ask.is_ascending, nulls_last=True)
    try:
        number = JsonNumber(F("output"), metric.path)
    except Invalid:
        return F("started_at").desc()
    return OrderBy(number, descending=not ask.is_ascending, nulls_last=True)


def _has(column: Any, text: str) -> GreaterThan:
    """Neither database's LIKE, which would see no difference between letters in SQLite."""
    return GreaterThan(StrIndex(column, Value(text)), Value(0))


def _on_dataset(space: Space, name: str) -> Exists:
    """A run knows its evaluation alone, which knows its dataset."""
    digest = Right(JsonText(OuterRef("inputs"), ["self"]), LENGTH_OF_DIGEST)
    evaluations = Object.objects.filter(project=space.project_id, digest=digest).kept()
    return Exists(evaluations.filter(_has(JsonText(F("val"), ["dataset"]), f"/{name}:")))


def _name(ref: str | None) -> str:
    try:
        return Ref.parse(ref or "").name
    except NotARef:
        return ""


def _sorted(names: Iterable[str]) -> list[str]:
    return sorted({name for name in names if name}, key=lambda name: (name.lower(), name))
