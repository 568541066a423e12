"""What a leaderboard shows: models and metrics of their runs, as the client's `get_leaderboard_results` finds them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import F
from django.db.models.functions import Left

from tracing import json_text
from tracing.evaluations.metrics import Metric, plain_number
from tracing.evaluations.named import Named, named
from tracing.json_values import JsonText
from tracing.leaderboards.boards import Column
from tracing.models import Call
from tracing.refs import is_ref
from tracing.visits import Space

#: The newest of the runs that a leaderboard looks at.
MOST_RUNS = 5000
#: Runs whose summaries are held at once.
PIECE = 50
#: Letters of a summary; a longer one is no summary.
_LONGEST = 1_000_000


@dataclass(frozen=True, slots=True)
class Cell:
    """The newest run of a model that has ended, and how many there are."""

    call_id: str
    value: Any
    runs: int
    is_best: bool = False

    @property
    def number(self) -> float | None:
        return plain_number(self.value)

    def text(self, metric: Metric) -> str:
        if self.number is not None:
            return metric.write(self.number)
        text = self.value if isinstance(self.value, str) else json_text.dump(self.value)
        return "–" if self.value is None else text[:200]


@dataclass(frozen=True, slots=True)
class Row:
    model: Named
    cells: tuple[Cell | None, ...]


def results(space: Space, columns: Sequence[Column]) -> list[Row]:
    """Models in the order of their first runs. A run that has not ended makes a row, but no cell."""
    refs = {column.evaluation_ref for column in columns}
    calls = Call.objects.filter(project=space.project_id).evaluations()
    mine = calls.annotate(evaluation=JsonText(F("inputs"), ["self"]), model=JsonText(F("inputs"), ["model"]))
    newest = mine.filter(evaluation__in=refs).order_by("-started_at", "-id")
    found = list(newest.values_list("pk", "call_id", "evaluation", "model")[:MOST_RUNS])
    names = named(space, [model for *_, model in found])
    runs = [run for run in reversed(found) if run[-1] in names and is_ref(run[-1])]
    cells: dict[str, list[Cell | None]] = {}
    for (_, call_id, evaluation, model), output in _with_outputs(runs):
        row = cells.setdefault(model, [None] * len(columns))
        if not isinstance(output, dict):
            continue
        for place, column in enumerate(columns):
            if column.evaluation_ref == evaluation:
                before = row[place]
                row[place] = Cell(call_id, value_of(output, column), before.runs + 1 if before else 1)
    return _marked([Row(names[model], tuple(row)) for model, row in cells.items()], columns)


def _with_outputs(runs: Sequence[tuple[Any, ...]]) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Each run, which its key leads, with what it gave; few of these are held at once."""
    for start in range(0, len(runs), PIECE):
        piece = runs[start : start + PIECE]
        of_piece = Call.objects.filter(pk__in=[key for key, *_ in piece])
        said = dict(of_piece.values_list("pk", Left("output", _LONGEST)))
        for run in piece:
            text = said.get(run[0])
            yield run, json_text.load(text) if text and len(text) < _LONGEST else None


def value_of(output: dict[str, Any], column: Column) -> Any:
    """As the client looks it up: what is neither a member nor an item ends the way."""
    value = output.get(column.scorer)
    for part in column.path.split("."):
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list):
            value = value[int(part)] if part.isdecimal() and int(part) < len(value) else None
        else:
            break
    return value


def _marked(rows: list[Row], columns: Sequence[Column]) -> list[Row]:
    """The best of each column, all of them where several are alike; one alone is not the best of anything."""
    best: list[float | None] = []
    for place, column in enumerate(columns):
        numbers = [cell.number for row in rows if (cell := row.cells[place]) and cell.number is not None]
        pick = min if column.should_minimize else max
        best.append(pick(numbers) if len(numbers) > 1 else None)
    return [
        replace(row, cells=tuple(_mark(cell, top) for cell, top in zip(row.cells, best, strict=True))) for row in rows
    ]


def _mark(cell: Cell | None, best: float | None) -> Cell | None:
    is_best = cell is not None and best is not None and cell.number == best
    return replace(cell, is_best=True) if cell and is_best else cell


def ordered(rows: Sequence[Row], columns: Sequence[Column], place: int | None, *, is_reversed: bool) -> list[Row]:
    """By a column, the best first; those without a number last, whichever way."""
    if place is None or not 0 <= place < len(columns):
        return list(rows)
    up = bool(columns[place].should_minimize) != is_reversed

    def key(row: Row) -> tuple[bool, float]:
        number = cell.number if (cell := row.cells[place]) else None
        return number is None, 0.0 if number is None else number if up else -number

    return sorted(rows, key=key)
