"""The figures of one usage page: what each value of the split used, and the chart's series, from the sums alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import Any

from django.db.models import Q

from billing.models import UsageDay, UsageHour, UsageMonth
from billing.usage.asking import Ask
from billing.usage.measures import MEASURES, Sums
from billing.usage.periods import Grain, Window
from billing.usage.reading import Scope
from billing.usage.snapshot import one_moment

#: As many as have a colour, a pattern and a letter of their own; the others are one series.
MOST_SERIES = 8
EVERYTHING = Q()
TABLES = {Grain.HOUR: UsageHour, Grain.DAY: UsageDay, Grain.MONTH: UsageMonth}


@dataclass(frozen=True, slots=True)
class Row:
    value: Any
    name: str
    sums: Sums


@dataclass(frozen=True, slots=True)
class Series:
    """One colour of the chart. `value` is None for all others together."""

    value: Any
    name: str
    #: One for each start.
    amounts: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.amounts)


@dataclass(frozen=True, slots=True)
class Figures:
    ask: Ask
    starts: tuple[datetime, ...]
    #: Sorted as asked.
    rows: tuple[Row, ...]
    total: Sums
    #: The largest first, the others last.
    series: tuple[Series, ...]


def read(ask: Ask, scope: Scope) -> Figures:
    with one_moment():
        sums = totals(ask.window, scope, ask.split.column)
        largest = _largest(ask, sums)
        amounts = _amounts(ask, scope, largest)
    names = ask.split.names(sums)
    rows = [Row(value, ask.split.called(value, names), each) for value, each in sums.items()]
    starts = tuple(ask.window.starts(ask.grain))
    by_value = {value: tuple(amounts.get((start, value), 0) for start in starts) for value in (*largest, None)}
    series = [Series(value, ask.split.called(value, names), by_value[value]) for value in largest]
    if any(by_value[None]):
        others = sum(bool(ask.measure.of(each)) for each in sums.values()) - len(largest)
        series.append(Series(None, f"Other ({others})", by_value[None]))
    return Figures(
        ask=ask,
        starts=starts,
        rows=tuple(_sorted(rows, ask)),
        total=reduce(Sums.plus, sums.values(), Sums()),
        series=tuple(series),
    )


def totals(window: Window, scope: Scope, column: str, condition: Q = EVERYTHING) -> dict[Any, Sums]:
    """By value of the column, in one query of as few rows as the window allows."""
    first, *others = (
        TABLES[grain].objects.seen_in(scope).within(piece).filter(condition).summed(column)
        for grain, piece in window.pieces()
    )
    found: dict[Any, Sums] = defaultdict(Sums)
    for value, *sums in first.union(*others, all=True) if others else first:
        found[value] = found[value].plus(Sums(*map(int, sums)))
    return dict(found)


def _sorted(rows: list[Row], ask: Ask) -> list[Row]:
    rows = sorted(rows, key=lambda row: (row.name.lower(), str(row.value)))
    if ask.sort == "name":
        return rows if ask.is_ascending else rows[::-1]
    measure = MEASURES[ask.sort]
    return sorted(rows, key=lambda row: measure.of(row.sums), reverse=not ask.is_ascending)


def _largest(ask: Ask, sums: Mapping[Any, Sums]) -> list[Any]:
    used = {value: amount for value, each in sums.items() if (amount := ask.measure.of(each))}
    return sorted(used, key=lambda value: (-used[value], str(value)))[:MOST_SERIES]


def _amounts(ask: Ask, scope: Scope, largest: list[Any]) -> dict[tuple[datetime, Any], int]:
    """By start and value; what is not among the largest is under None."""
    table = TABLES[ask.grain].objects.seen_in(scope).within(ask.window).by_start()
    rows = table.in_series(ask.split.column, largest).summed("start", "series", sums=ask.measure.columns)
    return {(start, value): sum(map(int, amounts)) for start, value, *amounts in rows}
