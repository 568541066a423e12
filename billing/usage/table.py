"""Tables as a template can write them: the page's, of what each value used, and the one of single requests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from billing.models import UsageRecord
from billing.usage.asking import SPLITS, Ask
from billing.usage.drilling import Drill
from billing.usage.figures import Figures, Row
from billing.usage.measures import MEASURES, Sums
from billing.usage.splits import Names, Split
from common.ids import NIL

#: More are summed up in one row; the CSV has them all.
MOST_ROWS = 100
COLUMNS = ("requests", "errors", "input", "cached", "output", "cost")


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    title: str
    #: The address of the page sorted by it, and how it is sorted by it now.
    query: str
    sorted: str
    is_number: bool = True


@dataclass(frozen=True, slots=True)
class Cell:
    amount: int
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    value: Any
    #: The letter of its series in the chart.
    letter: str
    cells: tuple[Cell, ...]
    query: str


@dataclass(frozen=True, slots=True)
class Table:
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    #: How many values the last line stands for, if not all have one of their own.
    rest: int
    total: tuple[Cell, ...]


def usage_table(figures: Figures) -> Table:
    ask, rows = figures.ask, figures.rows
    letters = dict(zip((series.value for series in figures.series), "ABCDEFGH", strict=False))
    shown, rest = rows[:MOST_ROWS], rows[MOST_ROWS:]

    def line(row: Row) -> Line:
        drill = Drill(ask.window, ask.split, row.value)
        return Line(row.name, row.value, letters.get(row.value, ""), _cells(row.sums, figures.total), drill.query)

    lines = [line(row) for row in shown]
    if rest:
        others = reduce(Sums.plus, (row.sums for row in rest))
        lines.append(Line(f"{len(rest)} more", None, "", _cells(others, figures.total), ""))
    return Table(_columns(ask), tuple(lines), len(rest), _cells(figures.total, figures.total))


def _columns(ask: Ask) -> tuple[Column, ...]:
    titles = {"name": SPLITS[ask.split]} | {name: MEASURES[name].title for name in COLUMNS}
    direction = "ascending" if ask.is_ascending else "descending"
    return tuple(
        Column(name, title, ask.sorted_by(name).query, direction if name == ask.sort else "", name != "name")
        for name, title in titles.items()
    )


def _cells(sums: Sums, total: Sums) -> tuple[Cell, ...]:
    """Money with as many places as suit the total, so that a column lines up."""
    measures = [MEASURES[name] for name in COLUMNS]
    return tuple(Cell(each.of(sums), each.write(each.of(total))(each.of(sums))) for each in measures)


@dataclass(frozen=True, slots=True)
class Listed:
    """One request."""

    record: UsageRecord
    user: str
    key: str
    project: str


def requests_table(records: Sequence[UsageRecord]) -> list[Listed]:
    """Three queries for the names."""
    users, keys, projects = (
        split.names({getattr(record, split.column) or NIL for record in records})
        for split in (Split.USER, Split.KEY, Split.PROJECT)
    )
    return [_listed(record, users, keys, projects) for record in records]


def _listed(record: UsageRecord, users: Names, keys: Names, projects: Names) -> Listed:
    return Listed(
        record=record,
        user=Split.USER.called(record.user_id, users),
        key=Split.KEY.called(record.api_key_id or NIL, keys),
        project=Split.PROJECT.called(record.project_id, projects),
    )
