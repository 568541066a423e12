"""Figures as people read them: rows of one markdown table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil

HEAD = "| Benchmark | Figure | Measured | Bar | |\n|---|---|--:|--:|---|"
MISSED = "**missed**"


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured, the value with its unit, and the bar it should pass, if there is one."""

    benchmark: str
    name: str
    value: str
    bar: str = ""
    passed: bool | None = None

    def __str__(self) -> str:
        verdict = {None: "", True: "met", False: MISSED}[self.passed]
        return f"| {self.benchmark} | {self.name} | {self.value} | {self.bar} | {verdict} |"


def say(figures: Iterable[Figure]) -> None:
    for figure in figures:
        print(figure, flush=True)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of all do not exceed."""
    return sorted(values)[max(0, ceil(share * len(values)) - 1)]
