"""Whether this process was asked to end: it finishes what runs, then, and takes nothing new."""

from __future__ import annotations

from common.errors import Draining

_is_on = False


def begin() -> None:
    global _is_on
    _is_on = True


def is_on() -> bool:
    return _is_on


def refuse() -> None:
    """Raises Draining while it is on: another process, or the next one, will do it."""
    if _is_on:
        raise Draining
