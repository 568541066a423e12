"""Since when the books' thread has been at the same thing, as other threads see it."""

from __future__ import annotations

import time


class Pulse:
    def __init__(self) -> None:
        self._since: float | None = None

    def beat(self) -> None:
        """Something is begun that the database may take its whole time for."""
        self._since = time.monotonic()

    def rest(self) -> None:
        """There is nothing to do."""
        self._since = None

    def is_stuck(self, patience: float) -> bool:
        since = self._since
        return since is not None and time.monotonic() - since > patience
