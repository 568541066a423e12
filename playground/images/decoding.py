"""How many images a process decodes at once: a large one keeps a core busy for a second and holds up to 250 MB."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from threading import BoundedSemaphore

from playground.errors import Refusal

#: At a time, of each size: decoders run beside each other, as they hold no lock of Python's.
SLOTS = min(os.cpu_count() or 1, 4)
#: Pixels. No small one waits for a large one.
LARGE = 4_500_000
#: Seconds that one waits for a slot: who brought it should learn that it does not work now, and holds a thread.
PATIENCE = 30.0
_small, _large = BoundedSemaphore(SLOTS), BoundedSemaphore(SLOTS)
#: Its decoder holds a large one four times.
_large_webp = BoundedSemaphore(1)


@contextmanager
def room(kind: str, size: tuple[int, int]) -> Iterator[None]:
    """Raises Refusal when none is free in time."""
    is_large = size[0] * size[1] > LARGE
    with ExitStack() as stack:
        if is_large and kind == "webp":
            stack.enter_context(_slot(_large_webp))
        stack.enter_context(_slot(_large if is_large else _small))
        yield


@contextmanager
def _slot(slots: BoundedSemaphore) -> Iterator[None]:
    if not slots.acquire(timeout=PATIENCE):
        raise Refusal("too_busy", "Lineup is busy with other images. Wait a moment, then try again.")
    try:
        yield
    finally:
        slots.release()
