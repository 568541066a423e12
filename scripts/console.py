"""How the commands speak: a line for each step, one sentence when they cannot go on."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic


class CannotGoOn(Exception):
    """One sentence: what is wrong and what to do about it."""


def say(line: str) -> None:
    print(line, flush=True)


@contextmanager
def step(what: str) -> Iterator[None]:
    """Says what begins and how long it took."""
    say(f"· {what} …")
    start = monotonic()
    yield
    say(f"  done in {monotonic() - start:.1f} s")


@contextmanager
def spoken() -> Iterator[None]:
    """The border of a command: a reason to stop becomes one line and a failure; a broken pipe is no drama."""
    try:
        yield
    except CannotGoOn as reason:
        sys.exit(f"✗ {reason}")
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        os._exit(1)
