"""Database work for the endpoints, which are async: a few threads, each with a connection that it keeps."""

from __future__ import annotations

import asyncio
import atexit
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import DatabaseError, InterfaceError, OperationalError, connection

from common.errors import Overloaded

T = TypeVar("T")

#: SQLite lets one of them write at a time; the others parse, read, or wait.
THREADS = 4

_guard = threading.Lock()
_threads: ThreadPoolExecutor | None = None


async def run(work: Callable[[], T]) -> T:
    """Does it in a thread. Raises Overloaded if the database is away, which clients try again."""
    return await asyncio.get_running_loop().run_in_executor(_pool(), _guarded, work)


def stop() -> None:
    """Waits for what is being done; the next use starts new threads."""
    global _threads
    with _guard:
        pool, _threads = _threads, None
    if pool is not None:
        together = threading.Barrier(THREADS)
        for _ in range(THREADS):
            pool.submit(_leave, together)
        pool.shutdown()


def _leave(together: threading.Barrier) -> None:
    """In each of the threads once."""
    together.wait()
    connection.close()


def _pool() -> ThreadPoolExecutor:
    global _threads
    with _guard:
        if _threads is None:
            _threads = ThreadPoolExecutor(THREADS, thread_name_prefix="traces")
        return _threads


def _guarded(work: Callable[[], T]) -> T:
    try:
        return work()
    except (OperationalError, InterfaceError) as error:
        connection.close()
        raise Overloaded from error
    except DatabaseError:
        connection.close()
        raise


atexit.register(stop)
