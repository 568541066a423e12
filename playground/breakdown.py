"""What an answer took: its time step by step, its tokens by kind, and the arithmetic of its price."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from billing.models import UsageRecord
from common import money
from playground.models import Answer


@dataclass(frozen=True, slots=True)
class Step:
    key: str
    label: str
    about: str
    #: Milliseconds.
    start: int
    took: int
    #: Of the series of components/chart_patterns.html: told apart without colour.
    pattern: str

    @property
    def end(self) -> int:
        return self.start + self.took


STEPS = {
    "queued": ("Queued", "Until the request was admitted", "e"),
    "connecting": ("Connecting", "Until the provider began to answer", "b"),
    "prompt": ("Prompt", "Until the first token", "c"),
    "thinking": ("Thinking", "Until the first word", "d"),
    "answering": ("Answering", "Until the end", "a"),
    # Of an answer whose first steps were not kept.
    "waiting": ("Waiting", "Queued, connecting and prompt together", "b"),
}


@dataclass(frozen=True, slots=True)
class Pauses:
    count: int = 0
    total: int = 0
    longest: int = 0
    #: (when, how long) of the first of them.
    places: list[tuple[int, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class TokenLine:
    label: str
    count: int
    #: Micro-USD per million; None: the books have no record of it.
    price: int | None

    @property
    def amount(self) -> int | None:
        """Pico-USD."""
        return None if self.price is None else money.cost(tokens=self.count, price=self.price)


@dataclass(frozen=True, slots=True)
class Breakdown:
    duration: int
    steps: list[Step]
    pauses: Pauses
    tokens: list[TokenLine]
    record: UsageRecord | None

    @property
    def sentence(self) -> str:
        return ", ".join(f"{step.label} {step.took / 1000:.3f} s" for step in self.steps)

    @property
    def total(self) -> int:
        return sum(line.count for line in self.tokens)

    @property
    def amount(self) -> int | None:
        """Pico-USD, as the lines add up."""
        return sum(line.amount or 0 for line in self.tokens) if self.record else None


def breakdown(answer: Answer) -> Breakdown:
    record = UsageRecord.objects.filter(pk=answer.completion_id).first() if answer.completion_id else None
    pauses = (answer.timeline or {}).get("pauses", {})
    return Breakdown(
        duration=answer.duration_ms or 0,
        steps=list(_steps(answer)) if answer.duration_ms else [],
        pauses=Pauses(**{**pauses, "places": [(at, took) for at, took in pauses.get("places", [])]}),
        tokens=_tokens(answer, record),
        record=record,
    )


def _steps(answer: Answer) -> Iterator[Step]:
    """Each until the next begins; the one in which it ended goes to the end."""
    end, start = answer.duration_ms or 0, 0
    for key, until in _marks(answer):
        reached = min(max(start, end if until is None else until), end)
        label, about, pattern = STEPS[key]
        yield Step(key, label, about, start, reached - start, pattern)
        start = reached
        if until is None:
            return


def _marks(answer: Answer) -> Iterator[tuple[str, int | None]]:
    timeline = answer.timeline
    if timeline is None:
        yield "waiting", answer.ttft_ms
    else:
        yield "queued", timeline.get("admitted")
        yield "connecting", timeline.get("connected")
        yield "prompt", answer.ttft_ms
    if answer.reasoning:
        yield "thinking", _first_word(answer)
    yield "answering", None


def _first_word(answer: Answer) -> int | None:
    if answer.timeline is not None:
        word: int | None = answer.timeline.get("first_word")
        return word
    return None if answer.thinking_ms is None else (answer.ttft_ms or 0) + answer.thinking_ms


def _tokens(answer: Answer, record: UsageRecord | None) -> list[TokenLine]:
    """Cached tokens are part of the input, those for reasoning of the output."""
    if record is None:
        return _uncharged(answer)
    reasoning = min(record.reasoning_tokens, record.completion_tokens)
    return [
        TokenLine("Input", record.prompt_tokens - record.cached_tokens, record.input_price),
        TokenLine("Input, cached", record.cached_tokens, record.cached_input_price),
        TokenLine("Output, reasoning", reasoning, record.output_price),
        TokenLine("Output", record.completion_tokens - reasoning, record.output_price),
    ]


def _uncharged(answer: Answer) -> list[TokenLine]:
    if answer.completion_tokens is None:
        return []
    reasoning = min(answer.reasoning_tokens or 0, answer.completion_tokens)
    counts = (answer.prompt_tokens or 0, reasoning, answer.completion_tokens - reasoning)
    labels = ("Input", "Output, reasoning", "Output")
    return [TokenLine(label, count, None) for label, count in zip(labels, counts, strict=True)]
