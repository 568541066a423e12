"""What the running completions of this process have delivered, written down together every second.

A process that dies takes its memory with it; what was written down last is what its completions are billed by.
"""

from __future__ import annotations

import uuid
from typing import Protocol

from django.db import connection

from billing.models import Reservation


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


def running() -> int:
    return len(_running)


def write() -> None:
    """One statement for each completion that got further, all in one transaction (which is the caller's)."""
    counts = {key: (meter.prompt_tokens, meter.completion_tokens) for key, meter in list(_running.items())}
    changed = {key: count for key, count in counts.items() if _written.get(key) != count}
    if not changed:
        return
    key = Reservation._meta.pk
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE billing_reservation SET checkpoint_prompt = %s, checkpoint_output = %s,"
            " checkpoint_at = CURRENT_TIMESTAMP WHERE id = %s AND state = 'running'",
            [(*count, key.get_db_prep_value(identity, connection)) for identity, count in changed.items()],
        )
    _written.update({identity: count for identity, count in changed.items() if identity in _running})
