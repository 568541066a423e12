"""What was used as a chart, in which every bar leads to the requests behind it."""

from __future__ import annotations

from string import ascii_uppercase

from billing.usage.drilling import Drill
from billing.usage.figures import Figures
from billing.usage.periods import Grain, Window
from common.charts import Chart, Place, Query, Series, short_number, spread, stacked
from common.money import PICO


def draw(figures: Figures) -> Chart:
    ask = figures.ask
    total = ask.measure.of(figures.total)
    write = ask.measure.write(total)
    return stacked(
        [Place(ask.grain.label(start), ask.grain.short_label(start)) for start in figures.starts],
        [
            Series(letter if each.value is not None else "", each.name, each.value, write(each.total), each.amounts)
            for letter, each in zip(ascii_uppercase, figures.series, strict=False)
        ],
        title=f"{ask.measure.title} by {ask.grain}",
        step=str(ask.grain),
        total=write(total),
        write=write,
        short=lambda amount: _short(amount, ask.measure.is_money),
        query=_addresses(figures),
        label_every=_label_every(figures),
    )


def _addresses(figures: Figures) -> Query:
    """Halves that all bars and all series share: a month of hours has thousands of addresses."""
    ask = figures.ask
    times = [Drill(Window(start, ask.grain.after(start))).time_query for start in figures.starts]
    largest = tuple(each.value for each in figures.series if each.value is not None)
    splits = [
        Drill(ask.window, ask.split, each.value, () if each.value is not None else largest).split_query
        for each in figures.series
    ]
    return lambda number, at: times[number] if at is None else f"{times[number]}&{splits[at]}"


def _short(amount: int, is_money: bool) -> str:
    """To be read beside a line: $0.002, 15K."""
    return f"${short_number(amount / PICO)}" if is_money else short_number(amount)


def _label_every(figures: Figures) -> int:
    every = spread(len(figures.starts))
    return -(-every // 24) * 24 if figures.ask.grain is Grain.HOUR and every > 12 else every
