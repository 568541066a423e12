"""What a process has one of, such as a thread that works for all of it."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar


class Stoppable(Protocol):
    def stop(self) -> None: ...


Kept = TypeVar("Kept", bound=Stoppable)


class One(Generic[Kept]):
    """Made when it is first asked for, and stopped with the process. Once stopped, the next use makes another."""

    def __init__(self, make: Callable[[], Kept]) -> None:
        self._make, self._guard = make, threading.Lock()
        self._one: Kept | None = None
        atexit.register(self.stop)

    def get(self) -> Kept:
        with self._guard:
            if self._one is None:
                self._one = self._make()
            return self._one

    def stop(self) -> None:
        with self._guard:
            one, self._one = self._one, None
        if one is not None:
            one.stop()
