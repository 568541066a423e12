"""What the month will have cost at its end, if the days to come are like those that were."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt
from statistics import mean, stdev
from typing import Any

from django.db.models import Value

from billing.models import UsageDay, UsageMonth
from billing.usage.periods import Grain, Window
from billing.usage.reading import Scope

#: The days that are looked back at: a whole week, since weekends differ.
DAYS = 7
#: Fewer days with usage tell nothing.
FEWEST = 3
#: Eight of ten normal deviates are this near.
EIGHT_OF_TEN = 1.2816


@dataclass(frozen=True, slots=True)
class Forecast:
    """Pico-USD at the end of the month."""

    month: datetime
    spent: int
    expected: int
    least: int
    most: int
    #: The mean cost of the days that were looked back at.
    pace: int
    days: int


def forecast(scope: Scope, now: datetime) -> Forecast | None:
    """None where there is too little to go by. One query."""
    today, month = Grain.DAY.floor(now), Grain.MONTH.floor(now)
    end = Grain.MONTH.after(month)
    months = _costs(UsageMonth, scope, Window(month, end))
    past = _costs(UsageDay, scope, Window(today - timedelta(days=DAYS), today))
    found = {(kind, start): int(cost) for kind, start, cost in months.union(past, all=True)}
    costs = {start: cost for (kind, start), cost in found.items() if kind == UsageDay.__name__}
    if len(costs) < FEWEST:
        return None
    # Days before the first are not days without usage: Lineup was not in use yet.
    days = [costs.get(day, 0) for day in Window(min(costs), today).starts(Grain.DAY)]
    spent = found.get((UsageMonth.__name__, month), 0)
    return _ahead(days, month=month, spent=spent, left=(end - now) / timedelta(days=1))


def _costs(table: type[UsageDay | UsageMonth], scope: Scope, window: Window) -> Any:
    rows = table.objects.seen_in(scope).within(window).by_start()
    return rows.annotate(kind=Value(table.__name__)).summed("kind", "start", sums=("cost",))


def _ahead(days: list[int], *, month: datetime, spent: int, left: float) -> Forecast:
    pace = mean(days)
    # The days to come vary by themselves, and the mean is not known better than so many days tell it.
    spread = EIGHT_OF_TEN * stdev(days) * sqrt(left + left**2 / len(days))
    expected = spent + pace * left
    return Forecast(
        month=month,
        spent=spent,
        expected=round(expected),
        least=max(spent, round(expected - spread)),
        most=round(expected + spread),
        pace=round(pace),
        days=len(days),
    )
