"""Identifiers that sort by the time they were made."""

import os
import threading
import time
import uuid

#: Where a column takes no null, nobody and nothing.
NIL = uuid.UUID(int=0)

_lock = threading.Lock()
_last = 0


def uuid7() -> uuid.UUID:
    """A UUID of version 7 (RFC 9562): Unix milliseconds, 12 bits of the millisecond's fraction, randomness.

    Two made by one process are never out of order, so rows made together can be sorted by their ids.
    """
    value = _tick() << 64 | int.from_bytes(os.urandom(8), "big")
    milliseconds, fraction, rest = value >> 76, value >> 64 & 0xFFF, value & (1 << 62) - 1
    return uuid.UUID(int=milliseconds << 80 | 0x7 << 76 | fraction << 64 | 0x2 << 62 | rest)


def _tick() -> int:
    """Now in 1/4096 milliseconds, later than any tick before."""
    global _last
    with _lock:
        _last = max(_last + 1, time.time_ns() * 4096 // 1_000_000)
        return _last
