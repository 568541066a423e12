"""Work of another thread that waits for a lock of this one's transaction, on PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

#: Whoever writes on SQLite waits where its transaction begins: no locks of rows could be taken in two orders.
has_row_locks = pytest.mark.skipif(connection.vendor == "sqlite", reason="whoever writes waits at BEGIN")


class Waiting(threading.Thread):
    """Does what it is told on a connection of its own; waits for a lock while another thread holds it."""

    def __init__(self, work: Callable[[], Any]) -> None:
        super().__init__()
        self.work = work
        self.answer: Any = None
        self.error: BaseException | None = None
        self.start()

    def run(self) -> None:
        try:
            self.answer = self.work()
        except BaseException as error:
            self.error = error
        finally:
            connection.close()


def blocked(work: Callable[[], Any]) -> Waiting:
    """Begun, and arrived at a lock of this transaction, unless it ended before."""
    begun = Waiting(work)
    while not _is_waiting() and begun.is_alive():
        pass
    return begun


def _is_waiting() -> bool:
    """For this very transaction; what pg_stat_activity says does not change within one."""
    with connection.cursor() as cursor:
        blocked = "NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
        cursor.execute(f"SELECT count(*) FROM pg_locks WHERE {blocked}")
        return bool(cursor.fetchone()[0])
