"""What the running completions of this process have delivered, written down together every second.

A process that dies takes its memory with it; what was written down last is what its completions are billed by.
"""

from __future__ import annotations

import uuid
from typing import Protocol

from billing import sql


class Meter(Protocol):
    """A running completion's own count, read from the writer's thread."""

    @property
    def prompt_tokens(self) -> int: ...

    @property
    def completion_tokens(self) -> int: ...


_running: dict[uuid.UUID, Meter] = {}
_written: dict[uuid.UUID, tuple[int, int]] = {}


def watch(completion_id: uuid.UUID, meter: Meter) -> None:
    _running[completion_id] = meter


def forget(completion_id: uuid.UUID) -> None:
    _running.pop(completion_id, None)
    _written.pop(completion_id, None)


COLUMNS = {"id": "uuid", "prompt": "integer", "output": "integer"}
WRITE = (
    "UPDATE billing_reservation SET checkpoint_prompt = prompt, checkpoint_output = output,"
    " checkpoint_at = CURRENT_TIMESTAMP FROM batch WHERE billing_reservation.id = batch.id AND state = 'running'"
)


def write() -> None:
    """Of each completion that got further, all in one statement (the transaction is the caller's)."""
    counts = {key: (meter.prompt_tokens, meter.completion_tokens) for key, meter in list(_running.items())}
    changed = {key: count for key, count in counts.items() if _written.get(key) != count}
    sql.run(WRITE, COLUMNS, [(key, *count) for key, count in changed.items()])
    _written.update({key: count for key, count in changed.items() if key in _running})
