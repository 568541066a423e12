"""What the month will have cost at its end, if the days to come are like those that were."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt
from statistics import mean, stdev

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
    """None where there is too little to go by. Two queries."""
    today, month = Grain.DAY.floor(now), Grain.MONTH.floor(now)
    end = Grain.MONTH.after(month)
    spent = sum(_costs(UsageMonth, scope, Window(month, end)).values())
    past = Window(today - timedelta(days=DAYS), today)
    costs = _costs(UsageDay, scope, past)
    if len(costs) < FEWEST:
        return None
    # Days before the first are not days without usage: Lineup was not in use yet.
    days = [costs.get(day, 0) for day in Window(min(costs), today).starts(Grain.DAY)]
    return _ahead(days, month=month, spent=spent, left=(end - now) / timedelta(days=1))


def _costs(table: type[UsageDay | UsageMonth], scope: Scope, window: Window) -> dict[datetime, int]:
    rows = table.objects.seen_in(scope).within(window).by_start().summed("start", sums=("cost",))
    return {start: int(cost) for start, cost in rows}


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
