"""How many images a process decodes at once: a large one keeps a core busy for a second and holds up to 250 MB."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from threading import BoundedSemaphore

#: At a time, of each size: decoders run beside each other, as they hold no lock of Python's.
SLOTS = min(os.cpu_count() or 1, 4)
#: Pixels. No small one waits for a large one.
LARGE = 4_500_000
_small, _large = BoundedSemaphore(SLOTS), BoundedSemaphore(SLOTS)
#: Its decoder holds a large one four times.
_large_webp = BoundedSemaphore(1)


@contextmanager
def room(kind: str, size: tuple[int, int]) -> Iterator[None]:
    is_large = size[0] * size[1] > LARGE
    with ExitStack() as stack:
        if is_large and kind == "webp":
            stack.enter_context(_large_webp)
        stack.enter_context(_large if is_large else _small)
        yield
