"""Figures as people read them: percentiles, medians, rows of one markdown table."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from statistics import median

MARK = "BENCHMARK-FIGURE "


@dataclass(frozen=True, slots=True)
class Figure:
    """One row: what was measured, the value with its unit, and the bar it should pass, if there is one."""

    benchmark: str
    name: str
    value: str
    bar: str = ""
    passed: bool | None = None


def say(figures: Iterable[Figure]) -> None:
    """For the one who started us: a line for each figure."""
    for figure in figures:
        print(MARK + json.dumps(asdict(figure)), flush=True)


def heard(output: str) -> list[Figure]:
    lines = [line.removeprefix(MARK) for line in output.splitlines() if line.startswith(MARK)]
    return [Figure(**json.loads(line)) for line in lines]


def table(figures: Iterable[Figure]) -> str:
    rows = ["| Benchmark | Figure | Measured | Bar | |", "|---|---|--:|--:|---|"]
    for figure in figures:
        verdict = {None: "", True: "met", False: "**missed**"}[figure.passed]
        rows.append(f"| {figure.benchmark} | {figure.name} | {figure.value} | {figure.bar} | {verdict} |")
    return "\n".join(rows)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that is not below that share of all."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -(-int(share * 1000) * len(ordered) // 1000) - 1))]


def middle(values: Sequence[float]) -> float:
    return median(values)
