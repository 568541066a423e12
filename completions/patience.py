"""How long a provider may be silent, and take in all: one timer for a response, not a timeout for every read."""

from __future__ import annotations

import asyncio
from math import inf

import aiohttp


class Patience:
    """While somebody reads (from `begin` to `rest`), running out of it makes the reader raise TimeoutError."""

    def __init__(self, content: aiohttp.StreamReader, in_all: float) -> None:
        self._content = content
        self._loop = asyncio.get_running_loop()
        self._until = self._loop.time() + in_all
        self._due = inf
        self._timer: asyncio.TimerHandle | None = None

    def begin(self, patience: float) -> None:
        self._due = min(self._loop.time() + patience, self._until)
        if self._timer is None or self._timer.when() > self._due:
            self._set(self._due)

    def rest(self) -> None:
        self._due = inf

    def end(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    @property
    def is_used_up(self) -> bool:
        return self._loop.time() >= self._until

    def _set(self, when: float) -> None:
        self.end()
        self._timer = self._loop.call_at(when, self._ring)

    def _ring(self) -> None:
        """Set for a read that has long come back, it is set again for the one that waits now, if any does."""
        self._timer = None
        if self._due <= self._loop.time():
            self._content.set_exception(TimeoutError())
        elif self._due < inf:
            self._set(self._due)
