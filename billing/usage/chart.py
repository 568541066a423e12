"""A stacked bar chart as numbers that a template draws: across in percent, to fit every width, up in pixels."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from string import ascii_uppercase
from typing import Any

from billing.usage.drilling import Drill
from billing.usage.figures import Figures, Series
from billing.usage.periods import Grain, Window

HEIGHT = 200
#: Of a bar's place, what is left free between it and the next.
GAP = 0.2
#: What fits under the chart on a phone.
MOST_LABELS = 5
#: Scales go up in steps of these, times a power of ten.
STEPS = (1, 2, 5, 10)


@dataclass(frozen=True, slots=True)
class Part:
    """What one series adds to one bar."""

    letter: str
    name: str
    value: Any
    amount: int
    text: str
    y: int
    height: int
    #: The address of the requests behind it.
    query: str


@dataclass(frozen=True, slots=True)
class Bar:
    label: str
    amount: int
    text: str
    #: The address of the requests behind it.
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
class Key:
    """Of the legend."""

    letter: str
    name: str
    value: Any
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    height: int
    bars: tuple[Bar, ...]
    keys: tuple[Key, ...]
    lines: tuple[Line, ...]
    labels: tuple[Label, ...]
    total: str


def draw(figures: Figures) -> Chart:
    stacks = list(zip(*(series.amounts for series in figures.series), strict=True)) or [()] * len(figures.starts)
    top, lines = _scale(max(map(sum, stacks), default=0))
    total = figures.ask.measure.of(figures.total)
    write = figures.ask.measure.write(total)
    letters = _letters(figures.series)
    return Chart(
        height=HEIGHT,
        bars=tuple(_bars(figures, stacks, top, write)),
        keys=tuple(
            Key(letter, series.name, series.value, write(series.total))
            for letter, series in zip(letters, figures.series, strict=True)
        ),
        lines=tuple(Line(HEIGHT - round(HEIGHT * at / top), _short(at, figures.ask.measure.is_money)) for at in lines),
        labels=tuple(_labels(figures)),
        total=write(total),
    )


def _letters(series: Sequence[Series]) -> list[str]:
    """As lanes have them; the others together have none."""
    return [letter if each.value is not None else "" for letter, each in zip(ascii_uppercase, series, strict=False)]


def _bars(figures: Figures, stacks: Sequence[Any], top: int, write: Callable[[int], str]) -> Iterator[Bar]:
    grain = figures.ask.grain
    room = 100 / len(stacks)
    for number, (start, stack) in enumerate(zip(figures.starts, stacks, strict=True)):
        window = Window(start, grain.after(start))
        yield Bar(
            label=grain.label(start),
            amount=sum(stack),
            text=write(sum(stack)),
            query=Drill(window).query,
            left=f"{room * number:.3f}",
            room=f"{room:.3f}",
            x=f"{room * (number + GAP / 2):.3f}",
            width=f"{room * (1 - GAP):.3f}",
            parts=tuple(_parts(figures, window, stack, top, write)),
        )


def _parts(
    figures: Figures, window: Window, stack: Sequence[int], top: int, write: Callable[[int], str]
) -> Iterator[Part]:
    """Heights are differences of rounded places, so that a bar is as high as its sum says."""
    below, split = 0, figures.ask.split
    largest = tuple(each.value for each in figures.series if each.value is not None)
    for letter, each, amount in zip(_letters(figures.series), figures.series, stack, strict=True):
        bottom, end = (HEIGHT - round(HEIGHT * at / top) for at in (below, below + amount))
        besides = largest if each.value is None else ()
        query = Drill(window, split, each.value, besides).query if amount else ""
        yield Part(letter, each.name, each.value, amount, write(amount), end, bottom - end, query)
        below += amount


def _scale(largest: int) -> tuple[int, list[int]]:
    """The top of the scale and its lines, at three to five round amounts."""
    step = next(step * 10**power for power in range(40) for step in STEPS if largest <= step * 10**power * 4)
    lines = [step * number for number in range(5) if not number or step * (number - 1) < largest]
    return max(lines[-1], 1), lines


def _short(amount: int, is_money: bool) -> str:
    """To be read beside a line: $0.002, 15K."""
    value, unit = (amount / 10**12, "") if is_money else (float(amount), "")
    for size, letter in ((10**12, "T"), (10**9, "B"), (10**6, "M"), (10**3, "K")):
        if value >= size:
            value, unit = value / size, letter
            break
    number = f"{value:.12f}".rstrip("0").rstrip(".") if value < 1 else f"{value:g}"
    return f"{'$' if is_money else ''}{number}{unit}"


def _labels(figures: Figures) -> Iterator[Label]:
    grain, count = figures.ask.grain, len(figures.starts)
    every = -(-count // MOST_LABELS)
    if grain is Grain.HOUR and every > 12:
        every = -(-every // 24) * 24
    for number in range(0, count, every):
        # The last would stand out of the chart.
        if count <= MOST_LABELS or number <= count * 0.9:
            yield Label(f"{100 * number / count:.3f}", grain.short_label(figures.starts[number]))
