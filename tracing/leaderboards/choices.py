"""What can be a column: the metrics of the evaluations that have run."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import F
from django.db.models.functions import Left

from tracing import json_text
from tracing.evaluations.metrics import Metric, flatten
from tracing.evaluations.named import Named, named
from tracing.json_values import JsonText
from tracing.leaderboards.boards import Column
from tracing.models import Call
from tracing.refs import is_ref
from tracing.visits import Space

#: The newest runs that are looked at, and evaluations and metrics of each that are offered.
MOST_RUNS, MOST_EVALUATIONS, MOST_METRICS = 500, 40, 60
_LONGEST = 100_000


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    title: str
    is_lower_better: bool


@dataclass(frozen=True, slots=True)
class Group:
    """One evaluation, in one version."""

    title: str
    choices: tuple[Choice, ...]


def groups(space: Space, kept: Sequence[Column] = ()) -> list[Group]:
    """Evaluations whose runs are newest first; `kept` columns can be chosen whether they ran or not."""
    metrics: dict[str, dict[tuple[str, str], Metric]] = {}
    for ref, said in _summaries(space):
        if ref not in metrics and len(metrics) == MOST_EVALUATIONS:
            continue
        found = metrics.setdefault(ref, {})
        for metric in flatten(json_text.load(said)) if len(said) < _LONGEST else ():
            if len(found) < MOST_METRICS and _can_be_said(metric):
                found.setdefault((metric.scorer, metric.within), metric)
    for column in kept:
        metrics.setdefault(column.evaluation_ref, {}).setdefault((column.scorer, column.path), column.metric)
    names = named(space, metrics)
    return [_group(ref, names.get(ref), found.items()) for ref, found in metrics.items() if found]


def value_of(ref: str, scorer: str, path: str) -> str:
    """Of a choice in a form."""
    return json.dumps([ref, scorer, path])


def _group(ref: str, name: Named | None, found: Iterable[tuple[tuple[str, str], Metric]]) -> Group:
    choices = (
        Choice(value_of(ref, scorer, path), metric.title, metric.is_lower_better) for (scorer, path), metric in found
    )
    return Group(name.title if name else ref, tuple(choices))


def _summaries(space: Space) -> list[tuple[str, str]]:
    calls = Call.objects.filter(project=space.project_id, output__isnull=False).evaluations()
    newest = calls.annotate(evaluation=JsonText(F("inputs"), ["self"]), said=Left("output", _LONGEST))
    found = newest.order_by("-started_at", "-id").values_list("evaluation", "said")[:MOST_RUNS]
    return [(ref, said) for ref, said in found if is_ref(ref)]


def _can_be_said(metric: Metric) -> bool:
    """Leaderboards write the way to a metric with dots between its members."""
    return not any("." in part for part in metric.path[1:])
