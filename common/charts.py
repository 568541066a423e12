"""A stacked bar chart as numbers that a template draws: across in percent, to fit every width, up in pixels.

chart = stacked(bars, series, title="Cost by day", step="day", write=usd, short=short_usd, total="$1.20")
{% include "components/chart.html" with base=…, then "components/chart_table.html": every chart has its table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

HEIGHT = 200
#: Of a bar's place, what is left free between it and the next.
GAP = 0.2
#: What fits under the chart on a phone.
MOST_LABELS = 5
#: Scales go up in steps of these, times a power of ten.
STEPS = (1, 2, 5, 10)
#: The address of what is behind a bar, or behind what one series adds to it; empty where nothing is.
Query = Callable[[int, int | None], str]


@dataclass(frozen=True, slots=True)
class Place:
    """Of a bar: what it is called, and under the chart."""

    label: str
    short: str


@dataclass(frozen=True, slots=True)
class Series:
    #: As lanes have them; the others together have none.
    letter: str
    name: str
    value: Any
    #: Of all bars.
    text: str
    amounts: Sequence[int]

    @property
    def pattern(self) -> str:
        """Of components/chart_patterns.html."""
        return self.letter.lower() or "other"


@dataclass(frozen=True, slots=True)
class Part:
    """What one series adds to one bar."""

    name: str
    value: Any
    pattern: str
    amount: int
    text: str
    y: int
    height: int
    query: str


@dataclass(frozen=True, slots=True)
class Bar:
    label: str
    amount: int
    text: str
    query: str
    #: In percent: of its place, then of the bar itself.
    left: str
    room: str
    x: str
    width: str
    #: One for each series, from the bottom up; those of nothing have no height.
    parts: tuple[Part, ...]

    @property
    def sentence(self) -> str:
        used = [f"{part.name} {part.text}" for part in self.parts if part.amount]
        return f"{self.label}: {self.text}{'. ' if used else ''}{', '.join(used)}"


@dataclass(frozen=True, slots=True)
class Line:
    """Of the scale."""

    y: int
    text: str


@dataclass(frozen=True, slots=True)
class Label:
    left: str
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    title: str
    #: What a bar stands for: a day, an hour.
    step: str
    height: int
    bars: tuple[Bar, ...]
    keys: tuple[Series, ...]
    lines: tuple[Line, ...]
    labels: tuple[Label, ...]
    total: str


def stacked(
    places: Sequence[Place],
    series: Sequence[Series],
    *,
    title: str,
    step: str,
    total: str,
    write: Callable[[int], str],
    short: Callable[[int], str],
    query: Query,
    label_every: int = 0,
    height: int = HEIGHT,
) -> Chart:
    stacks = list(zip(*(each.amounts for each in series), strict=True)) or [()] * len(places)
    top, lines = _scale(max(map(sum, stacks), default=0))
    return Chart(
        title=title,
        step=step,
        height=height,
        bars=tuple(_bars(places, series, stacks, height / top, write, query, height)),
        keys=tuple(series),
        lines=tuple(Line(height - round(height * at / top), short(at)) for at in lines),
        labels=tuple(_labels(places, label_every or spread(len(places)))),
        total=total,
    )


def spread(count: int) -> int:
    """Every how many bars one has its name under it."""
    return -(-count // MOST_LABELS)


def short_number(value: float) -> str:
    """To be read beside a line: 0.002, 15K."""
    unit = ""
    for size, letter in ((10**12, "T"), (10**9, "B"), (10**6, "M"), (10**3, "K")):
        if value >= size:
            value, unit = value / size, letter
            break
    number = f"{value:.12f}".rstrip("0").rstrip(".") if value < 1 else f"{value:g}"
    return f"{number}{unit}"


def _bars(
    places: Sequence[Place],
    series: Sequence[Series],
    stacks: Sequence[Any],
    scale: float,
    write: Callable[[int], str],
    query: Query,
    height: int,
) -> Iterator[Bar]:
    room = 100 / len(stacks) if stacks else 100
    for number, (place, stack) in enumerate(zip(places, stacks, strict=True)):
        yield Bar(
            label=place.label,
            amount=sum(stack),
            text=write(sum(stack)),
            query=query(number, None),
            left=f"{room * number:.3f}",
            room=f"{room:.3f}",
            x=f"{room * (number + GAP / 2):.3f}",
            width=f"{room * (1 - GAP):.3f}",
            parts=tuple(_parts(series, stack, scale, height, write, partial(query, number))),
        )


def _parts(
    series: Sequence[Series],
    stack: Sequence[int],
    scale: float,
    height: int,
    write: Callable[[int], str],
    query: Callable[[int], str],
) -> Iterator[Part]:
    """Heights are differences of rounded places, so that a bar is as high as its sum says."""
    below = 0
    for at, (each, amount) in enumerate(zip(series, stack, strict=True)):
        bottom, end = (height - round(scale * amount_below) for amount_below in (below, below + amount))
        address = query(at) if amount else ""
        yield Part(each.name, each.value, each.pattern, amount, write(amount), end, bottom - end, address)
        below += amount


def _scale(largest: int) -> tuple[int, list[int]]:
    """The top of the scale and its lines, at three to five round amounts."""
    step = next(step * 10**power for power in range(40) for step in STEPS if largest <= step * 10**power * 4)
    lines = [step * number for number in range(5) if not number or step * (number - 1) < largest]
    return max(lines[-1], 1), lines


def _labels(places: Sequence[Place], every: int) -> Iterator[Label]:
    for number in range(0, len(places), every or 1):
        # The last would stand out of the chart.
        if len(places) <= MOST_LABELS or number <= len(places) * 0.9:
            yield Label(f"{100 * number / len(places):.3f}", places[number].short)
