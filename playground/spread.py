"""How far the trials of one turn lie apart: length, time and cost of those that finished, one by one and together."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from common.money import usd_exactly_enough
from common.templatetags.ui import seconds
from playground.models import Answer, Message
from playground.templatetags.playground import plain_seconds

Measure = Callable[[Answer], float | None]


@dataclass(frozen=True, slots=True)
class Figure:
    name: str
    label: str
    measure: Measure
    write: Callable[[int], str]
    #: Which is the best of several; None: none is.
    better: Callable[..., float] | None = None


FIGURES = (
    Figure("tokens", "tokens", lambda answer: answer.completion_tokens, str),
    Figure("ttft", "TTFT", lambda answer: answer.ttft_ms, seconds, min),
    Figure("duration", "time", lambda answer: answer.duration_ms, plain_seconds, min),
    Figure("cost", "cost", lambda answer: answer.cost, usd_exactly_enough, min),
)
SPEED = Figure("speed", "tok/s", lambda answer: answer.tokens_per_second, str, max)


@dataclass(frozen=True, slots=True)
class Range:
    """The least, the median and the most of the trials that finished, as texts."""

    name: str
    label: str
    least: str
    middle: str
    most: str


@dataclass(frozen=True, slots=True)
class Trial:
    message: Message
    #: From 1, as they are flipped through.
    place: int
    #: Figures in which no whole answer is better, and another is worse.
    best: frozenset[str]

    @property
    def answer(self) -> Answer | None:
        return self.message.made_by


@dataclass(frozen=True, slots=True)
class Spread:
    trials: list[Trial]
    finished: int
    running: int
    stopped: int
    failed: int
    ranges: list[Range]
    #: Pico-USD of all that was charged, of those that failed too; None: nothing was yet.
    cost: int | None
    is_estimated: bool

    @property
    def about(self) -> str:
        """Stands before figures that nobody reported."""
        return "~" if self.is_estimated else ""


def trials_named(trials: uuid.UUID) -> list[Message]:
    """All of a set, in order, without what is long."""
    found = Message.objects.filter(trials=trials).select_related("answer").order_by("trial")
    return list(found.defer("text", "answer__reasoning", "answer__request", "answer__input_parts"))


def spread_of(trials: Sequence[Message]) -> Spread:
    answers = [answer for message in trials if (answer := message.made_by)]
    finished = [answer for answer in answers if answer.state == Answer.State.DONE]
    costs = [answer.cost for answer in answers if answer.cost is not None]
    # What calls functions is half an answer: the other half comes once they have given their results.
    whole = [answer for answer in finished if not answer.message.tool_calls]
    best = {figure.name: _best(figure, whole) for figure in (*FIGURES, SPEED)}
    return Spread(
        trials=[
            Trial(message, place, frozenset(name for name, ids in best.items() if message.pk in ids))
            for place, message in enumerate(trials, start=1)
        ],
        finished=len(finished),
        running=sum(answer.is_running for answer in answers),
        stopped=sum(answer.state == Answer.State.STOPPED for answer in answers),
        failed=sum(answer.state == Answer.State.FAILED for answer in answers),
        ranges=[found for figure in FIGURES if (found := _range(figure, finished))],
        cost=sum(costs) if costs else None,
        is_estimated=any(answer.is_estimated for answer in answers),
    )


def _range(figure: Figure, finished: Sequence[Answer]) -> Range | None:
    values = [value for answer in finished if (value := figure.measure(answer)) is not None]
    if not values:
        return None
    least, middle, most = (figure.write(round(value)) for value in (min(values), median(values), max(values)))
    return Range(figure.name, figure.label, least, middle, most)


def _best(figure: Figure, whole: Sequence[Answer]) -> set[uuid.UUID]:
    values = {answer.pk: value for answer in whole if (value := figure.measure(answer)) is not None}
    if figure.better is None or len(set(values.values())) < 2:
        return set()
    best = figure.better(values.values())
    return {pk for pk, value in values.items() if value == best}
