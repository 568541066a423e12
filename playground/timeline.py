"""When the steps of an answer began, and where its provider paused."""

from __future__ import annotations

from typing import Any

#: Seconds of silence within an answer.
PAUSE = 1.0
#: Pauses that are kept one by one.
MOST = 50


class Timeline:
    """By the monotonic clock; told in milliseconds from the answer's beginning, as its other figures are."""

    def __init__(self) -> None:
        self._began = 0.0
        self._steps: dict[str, int] = {}
        self._pauses: list[list[int]] = []
        self._count = self._total = self._longest = 0
        self._heard: float | None = None

    def begin(self, began: float) -> None:
        self._began = began

    def reached(self, step: str, now: float) -> None:
        self._steps.setdefault(step, self._ms(now - self._began))

    def heard(self, now: float) -> None:
        """Something came; or, at the end, would have had to."""
        before, self._heard = self._heard, now
        if before is not None and now - before >= PAUSE:
            # Both ends are rounded, not how long it was: no pause ends after its answer.
            at = self._ms(before - self._began)
            self._add(at, self._ms(now - self._began) - at)

    def end(self, now: float) -> None:
        """A silence that nothing came after is a pause too; before the first word there is nothing to pause."""
        if self._heard is not None:
            self.heard(now)

    def as_json(self) -> dict[str, Any] | None:
        """None before anything was reached."""
        if not self._steps:
            return None
        pauses = {"count": self._count, "total": self._total, "longest": self._longest, "places": list(self._pauses)}
        return {**self._steps, "pauses": pauses}

    def _add(self, at: int, lasted: int) -> None:
        self._count += 1
        self._total += lasted
        self._longest = max(self._longest, lasted)
        if len(self._pauses) < MOST:
            self._pauses.append([at, lasted])

    @staticmethod
    def _ms(seconds: float) -> int:
        return max(0, round(seconds * 1000))
