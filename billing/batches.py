"""How many rows share a transaction: what the database did not take in time is halved until it does.

From then on a batch may be one larger after each that was full and fitted, so that a slow database is not overrun again
at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

#: Most that share a transaction, for which the database has a second.
BATCH = 256


class Batches:
    def __init__(self) -> None:
        self._most = BATCH

    def first(self, rows: Sequence[T]) -> list[T]:
        return list(rows[: self._most])

    def fitted(self, size: int) -> None:
        if size >= self._most:
            self._most = min(BATCH, self._most + 1)

    def failed(self, size: int) -> None:
        self._most = max(1, size // 2)
