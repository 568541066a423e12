"""CSV of runs and of rows: what a table shows, all of its pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from common import csv_text
from tracing.evaluations import listing, rows, run_rows, runs
from tracing.evaluations.asking import Ask
from tracing.evaluations.metrics import together
from tracing.evaluations.named import Named
from tracing.evaluations.runs import Run
from tracing.models import Call
from tracing.visits import Space

#: Lines of one file.
MOST = 10_000
#: What is read from the database at once.
PIECE = 500
_TIME = "%Y-%m-%dT%H:%M:%S.%fZ"

_OF_RUN: dict[str, Callable[[Run], Any]] = {
    "id": lambda run: run.id,
    "name": lambda run: run.name,
    "status": lambda run: run.call.status,
    "evaluation": lambda run: _title(run.evaluation),
    "model": lambda run: _title(run.model),
    "model_ref": lambda run: run.model.ref if run.model else "",
    "dataset": lambda run: _title(run.dataset),
    "dataset_ref": lambda run: run.dataset.ref if run.dataset else "",
    "user": lambda run: run.call.user.username if run.call.user else "",
    "called_at_utc": lambda run: _moment(run.call),
    "duration_s": lambda run: _known(run.seconds),
    "tokens": lambda run: _known(run.call.tokens),
    "cost_usd": lambda run: _known(run.call.cost),
}


def of_runs(space: Space, ask: Ask) -> str:
    calls = list(listing.asked(space, ask)[:MOST])
    found = [run for piece in _pieces(calls) for run in runs.read(space, piece)]
    metrics = together(run.metrics for run in found)
    head = [*_OF_RUN, *(metric.title for metric in metrics)]
    lines = ([*(of(run) for of in _OF_RUN.values()), *(run.metrics.get(one, "") for one in metrics)] for run in found)
    return csv_text.written([head, *lines])


def of_rows(space: Space, run: Run, ask: run_rows.Ask) -> str:
    """Long values are cut as they are on the page."""
    keys = list(run_rows.asked(run, ask).values_list("pk", flat=True)[:MOST])
    place = {pk: number for number, pk in enumerate(keys)}
    found: list[rows.Row] = []
    for piece in _pieces(keys):
        found += rows.read(space, Call.objects.filter(pk__in=piece))
    found.sort(key=lambda row: place[row.call.pk])
    fields, scores = rows.fields(found), rows.scored(found)
    head = ["id", "status", "trial", *(f"example.{one}" for one in fields), "output", *(one.title for one in scores)]
    head += ["latency_s", "tokens", "cost_usd", "called_at_utc", "error"]
    return csv_text.written([head, *_row_lines(found, fields, scores)])


def _row_lines(found: Iterable[rows.Row], fields: Any, scores: Any) -> Iterator[list[Any]]:
    for row in found:
        yield [
            *(row.id, row.call.status, row.trial),
            *(row.example.get(field, "") for field in fields),
            _known(row.output),
            *(score.text if (score := row.scores.get(metric)) else "" for metric in scores),
            *(_known(row.seconds), _known(row.call.tokens), _known(row.call.cost), _moment(row.call), row.reason),
        ]


def _pieces(values: list[Any]) -> Iterator[list[Any]]:
    for first in range(0, len(values), PIECE):
        yield values[first : first + PIECE]


def _title(named: Named | None) -> str:
    return named.title if named else ""


def _known(value: Any) -> Any:
    return "" if value is None else value


def _moment(call: Call) -> str:
    return call.started_at.strftime(_TIME) if call.started_at else ""
