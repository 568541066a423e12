"""What can be measured of usage, and how it is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, Self

from common import money
from common.money import PICO


class Sums(NamedTuple):
    """In the order of billing.usage.reading.SUMS."""

    requests: int = 0
    errors: int = 0
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    cost: int = 0

    def plus(self, other: Self) -> Self:
        return type(self)(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


@dataclass(frozen=True, slots=True)
class Measure:
    name: str
    title: str
    #: The columns that are added up to it.
    columns: tuple[str, ...]
    is_money: bool = False

    def of(self, sums: Sums) -> int:
        return sum(getattr(sums, column) for column in self.columns)

    def write(self, largest: int) -> Callable[[int], str]:
        """How to write amounts, of which this is the largest, so that they line up."""
        if not self.is_money:
            return lambda amount: f"{amount:,}"
        places = 2 if largest >= 1000 * PICO else 4 if largest >= PICO else 6
        return lambda amount: money.usd(amount, places)


MEASURES = {
    measure.name: measure
    for measure in (
        Measure("cost", "Cost", ("cost",), is_money=True),
        Measure("tokens", "Tokens", ("prompt_tokens", "completion_tokens")),
        Measure("input", "Input tokens", ("prompt_tokens",)),
        Measure("cached", "Cached input tokens", ("cached_tokens",)),
        Measure("output", "Output tokens", ("completion_tokens",)),
        Measure("requests", "Requests", ("requests",)),
        Measure("errors", "Errors", ("errors",)),
    )
}
