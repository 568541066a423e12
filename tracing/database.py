"""Database work for the endpoints, which are async: a few threads, each with a connection that it keeps."""

from __future__ import annotations

import asyncio
import atexit
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import DatabaseError, DataError, InterfaceError, OperationalError, connection

from common.errors import Overloaded
from tracing.errors import Invalid

T = TypeVar("T")

#: Of each kind. SQLite lets one thread write at a time; the others parse, read, or wait.
THREADS = 4

_guard = threading.Lock()
_pools: dict[bool, ThreadPoolExecutor] = {}


async def run(work: Callable[[], T], *, may_take_long: bool = False) -> T:
    """Does it in a thread. Raises Overloaded if the database is away, which clients try again.

    Questions that may have to look at every call have threads of their own: no trace waits for them.
    """
    return await asyncio.get_running_loop().run_in_executor(_pool(may_take_long), _guarded, work)


def stop() -> None:
    """Waits for what is being done; the next use starts new threads."""
    with _guard:
        pools = list(_pools.values())
        _pools.clear()
    for pool in pools:
        together = threading.Barrier(THREADS)
        for _ in range(THREADS):
            pool.submit(_leave, together)
        pool.shutdown()


def _leave(together: threading.Barrier) -> None:
    """In each of the threads once."""
    together.wait()
    connection.close()


def _pool(may_take_long: bool) -> ThreadPoolExecutor:
    with _guard:
        if may_take_long not in _pools:
            _pools[may_take_long] = ThreadPoolExecutor(THREADS, thread_name_prefix="traces")
        return _pools[may_take_long]


def _guarded(work: Callable[[], T]) -> T:
    try:
        return work()
    except (DataError, OverflowError):
        raise Invalid("A value is larger than any that is kept, or holds a character that no text may hold.") from None
    except (OperationalError, InterfaceError) as error:
        connection.close()
        raise Overloaded from error
    except DatabaseError:
        connection.close()
        raise


atexit.register(stop)
