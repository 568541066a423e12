"""Calls over time, as charts: how many and how many failed, how long they took, what they used and cost.

Of the newest MOST calls that are meant: the charts say so where there are more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import quantiles
from typing import Any

from common import money
from common.charts import Chart, Place, Series, short_number, stacked
from tracing.buckets import at
from tracing.models import Call
from tracing.traces.asking import Ask
from tracing.traces.finding import Found
from tracing.visits import Space

MOST = 20_000
BARS = 40
HEIGHT = 120
#: Seconds of a bar, and what such a bar is called.
STEPS = (
    (1, "second"), (5, "5 seconds"), (15, "15 seconds"), (60, "minute"), (300, "5 minutes"), (900, "15 minutes"),
    (3600, "hour"), (10_800, "3 hours"), (43_200, "12 hours"), (86_400, "day"), (604_800, "week"),
)  # fmt: skip

#: Start, status, latency, tokens and dollars of a call.
Row = tuple[Any, str, float | None, int | None, float | None]


@dataclass(slots=True)
class Bucket:
    start: datetime
    calls: int = 0
    errors: int = 0
    tokens: int = 0
    cost: float = 0
    latencies: list[float] = field(default_factory=list)

    def add(self, status: str, latency: float | None, tokens: int | None, cost: float | None) -> None:
        self.calls += 1
        self.errors += status == Call.Status.ERROR
        self.tokens += tokens or 0
        self.cost += cost or 0
        if latency is not None:
            self.latencies.append(max(latency, 0))

    @property
    def median(self) -> int:
        return round(_percentile(self.latencies, 50))

    @property
    def slow(self) -> int:
        return round(_percentile(self.latencies, 95))


@dataclass(frozen=True, slots=True)
class Charts:
    charts: tuple[Chart, ...]
    #: How many calls are drawn, if not all that are meant.
    partial: int | None


def charts(space: Space, ask: Ask) -> Charts:
    found = Found(space, ask.by_time())
    rows: list[Row] = list(found.calls.values_list("started_at", "status", "latency_ms", "tokens", "cost")[: MOST + 1])
    buckets, seconds, name = _buckets(rows[:MOST])

    def query(number: int, _series: int | None) -> str:
        start = buckets[number].start
        return ask.query(range="", since=start, until=at(start.timestamp() + seconds))

    def draw(
        title: str, total: str, series: Sequence[Series], write: Callable[[int], str], short: Callable[[int], str]
    ) -> Chart:
        return stacked(
            [Place(f"{bucket.start:%Y-%m-%d %H:%M:%S}", _short(bucket.start, seconds)) for bucket in buckets],
            series,
            title=title,
            step=name,
            total=total,
            write=write,
            short=short,
            query=query,
            height=HEIGHT,
        )

    drawn = (_calls(draw, buckets), _latency(draw, buckets), _tokens(draw, buckets), _cost(draw, buckets))
    return Charts(tuple(drawn) if buckets else (), MOST if len(rows) > MOST else None)


Draw = Callable[[str, str, Sequence[Series], Callable[[int], str], Callable[[int], str]], Chart]


def _calls(draw: Draw, buckets: Sequence[Bucket]) -> Chart:
    fine, failed = [one.calls - one.errors for one in buckets], [one.errors for one in buckets]
    series = [
        Series("A", "Without error", "fine", f"{sum(fine):,}", fine),
        Series("F", "Failed", "failed", f"{sum(failed):,}", failed),
    ]
    return draw("Calls and errors", f"{sum(fine) + sum(failed):,}", series, lambda count: f"{count:,}", short_number)


def _latency(draw: Draw, buckets: Sequence[Bucket]) -> Chart:
    """The upper part ends where 95 of 100 calls had ended."""
    every = [latency for one in buckets for latency in one.latencies]
    median, above = [one.median for one in buckets], [one.slow - one.median for one in buckets]
    series = [
        Series("B", "Half of the calls", "median", _written(_percentile(every, 50)), median),
        Series("C", "up to 95 of 100", "slow", _written(_percentile(every, 95)), above),
    ]
    return draw("Latency", _written(_percentile(every, 95)), series, _written, _written)


def _tokens(draw: Draw, buckets: Sequence[Bucket]) -> Chart:
    tokens = [one.tokens for one in buckets]
    series = [Series("D", "Tokens", "tokens", f"{sum(tokens):,}", tokens)]
    return draw("Tokens", f"{sum(tokens):,}", series, lambda count: f"{count:,}", short_number)


def _cost(draw: Draw, buckets: Sequence[Bucket]) -> Chart:
    """Added up exactly, in pico-dollars."""
    costs = [_pico(one.cost) for one in buckets]
    series = [Series("E", "Cost", "cost", money.usd_exactly_enough(sum(costs)), costs)]
    short = lambda amount: f"${short_number(amount / money.PICO)}"  # noqa: E731
    return draw("Cost", money.usd_exactly_enough(sum(costs)), series, money.usd_exactly_enough, short)


def _buckets(rows: Sequence[Row]) -> tuple[list[Bucket], int, str]:
    if not rows:
        return [], 1, "second"
    first, last = min(row[0] for row in rows), max(row[0] for row in rows)
    seconds, name = _step((last - first).total_seconds())
    origin = int(first.timestamp()) // seconds * seconds
    count = int(last.timestamp() - origin) // seconds + 1
    buckets = [Bucket(at(origin + seconds * number)) for number in range(count)]
    for started_at, status, latency, tokens, cost in rows:
        buckets[int(started_at.timestamp() - origin) // seconds].add(status, latency, tokens, cost)
    return buckets, seconds, name


def _step(span: float) -> tuple[int, str]:
    for seconds, name in STEPS:
        if span / seconds < BARS:
            return seconds, name
    weeks = int(span / (604_800 * BARS)) + 1
    return 604_800 * weeks, f"{weeks} weeks"


def _percentile(values: Iterable[float], percent: int) -> float:
    known = sorted(values)
    if len(known) < 2:
        return known[0] if known else 0
    return quantiles(known, n=100, method="inclusive")[percent - 1]


def _pico(dollars: float) -> int:
    return round(min(max(dollars, 0), 1e6) * money.PICO)


def _written(milliseconds: float) -> str:
    return f"{milliseconds:,.0f} ms" if milliseconds < 1000 else f"{milliseconds / 1000:,.2f} s"


def _short(start: datetime, seconds: int) -> str:
    return f"{start:%m-%d}" if seconds >= 86_400 else f"{start:%H:%M:%S}" if seconds < 60 else f"{start:%m-%d %H:%M}"
