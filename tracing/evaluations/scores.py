"""What scorers said of one row: numbers, words, yes or no, each under the scorer's name and its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tracing import json_text
from tracing.evaluations.metrics import Metric, number

#: Of one row, and letters of one of them.
MOST, LONGEST = 60, 200


@dataclass(frozen=True, slots=True)
class Score:
    value: Any

    @property
    def is_good(self) -> bool:
        return self.value is True

    @property
    def is_bad(self) -> bool:
        return self.value is False

    @property
    def is_words(self) -> bool:
        return not isinstance(self.value, int | float)

    @property
    def text(self) -> str:
        if isinstance(self.value, bool):
            return "true" if self.value else "false"
        if isinstance(self.value, int | float):
            return number(self.value)
        text = self.value if isinstance(self.value, str) else json_text.dump(self.value)
        return text if len(text) <= LONGEST else f"{text[:LONGEST]} …"


def scores(said: Any) -> dict[Metric, Score]:
    found: dict[Metric, Score] = {}
    if isinstance(said, dict):
        for path, value in _leaves(said, ()):
            found[Metric(path)] = Score(value)
            if len(found) == MOST:
                break
    return found


def _leaves(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(item, (*path, key))
    elif value is not None:
        yield path, value
