"""Metrics: the numbers of an evaluation's summary, each known by its path there and by which way is better."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import quote, unquote

from tracing import amounts

#: Of one summary; a client may write what it likes.
MOST = 300
_LOWER_IS_BETTER = ("latency", "duration", "cost", "tokens")
#: Metrics whose own name says so: `latency_ms`, `latencyMs`.
_IN_MILLISECONDS = re.compile(r"(?:_ms|[a-z]Ms|_MS)\Z")
#: What is smaller is written with an exponent.
_LEAST = 1e-12
#: Members of a summary that no scorer wrote. They come last.
_NOT_SCORED = ("output", "model_output", "model_latency")


@dataclass(frozen=True, slots=True)
class Metric:
    path: tuple[str, ...]

    @classmethod
    def read(cls, key: str) -> Metric:
        return cls(tuple(unquote(part) for part in key.split("/")))

    @property
    def key(self) -> str:
        """As an address has it."""
        return "/".join(quote(part, safe="") for part in self.path)

    @property
    def title(self) -> str:
        return ".".join(self.path)

    @property
    def scorer(self) -> str:
        return self.path[0]

    @property
    def within(self) -> str:
        """Below the scorer, as leaderboards say it."""
        return ".".join(self.path[1:])

    @property
    def is_lower_better(self) -> bool:
        return any(word in part.lower() for part in self.path for word in _LOWER_IS_BETTER)

    @property
    def is_scored(self) -> bool:
        return self.path[0] not in _NOT_SCORED

    def write(self, value: float) -> str:
        last = self.path[-1].lower()
        if last == "true_fraction":
            return f"{plain(100 * value)}%"
        if any("cost" in part.lower() for part in self.path):
            return amounts.dollars(value)
        if any(_IN_MILLISECONDS.search(part) for part in self.path):
            return amounts.duration(value / 1000)
        if any("latency" in part.lower() or "duration" in part.lower() for part in self.path):
            return amounts.duration(value)
        return number(value)

    def write_more(self, difference: float) -> str:
        """How much more or less: between two fractions that is points, for "50% less" says something else."""
        if self.path[-1].lower() == "true_fraction":
            return f"{plain(100 * difference, 3)} points"
        return self.write(difference)


#: Of the run as a whole, beside what its summary says.
DURATION, TOKENS, COST = Metric(("Duration",)), Metric(("Tokens",)), Metric(("Cost",))


def number(value: float) -> str:
    """Four digits are told apart; whole numbers are whole."""
    if abs(value) >= 1e15:
        return str(value)
    if value == int(value):
        return f"{int(value):,}"
    return f"{value:,.0f}" if abs(value) >= 1000 else plain(value)


def plain(value: float, digits: int = 4) -> str:
    """So many digits, and no exponent unless zeros would hide them."""
    text = f"{value:.{digits}g}"
    return f"{Decimal(text):f}" if _LEAST <= abs(value) < 1 else text


def flatten(summary: Any) -> dict[Metric, float]:
    """Every number of a summary, in its order, but what scorers said first."""
    if not isinstance(summary, dict):
        return {}
    found: dict[Metric, float] = {}
    for path, value in _numbers(summary, ()):
        found[Metric(path)] = value
        if len(found) == MOST:
            break
    return dict(sorted(found.items(), key=lambda item: not item[0].is_scored))


def _numbers(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], float]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _numbers(item, (*path, key))
    elif (plain := plain_number(value)) is not None:
        yield path, plain


def plain_number(value: Any) -> float | None:
    """None if it is none, or one that has no place on a scale."""
    if not isinstance(value, int | float):
        return None
    try:
        plain = float(value)
    except OverflowError:
        return None
    return plain if math.isfinite(plain) else None


def together(groups: Iterable[Iterable[Metric]]) -> list[Metric]:
    """All of them once, in the order they come in, those of scorers first."""
    return sorted(dict.fromkeys(metric for group in groups for metric in group), key=lambda one: not one.is_scored)
