"""Database work of sockets and of answers that are being written: a few threads of the process share it.

Left to itself, channels does all of it in one: whoever reads a long transcript would hold up everybody's stop.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from weakref import WeakValueDictionary

from channels.db import database_sync_to_async

T = TypeVar("T")

_threads = ThreadPoolExecutor(4, thread_name_prefix="playground")
_orders: WeakValueDictionary[uuid.UUID, asyncio.Lock] = WeakValueDictionary()


async def run(work: Callable[..., T], *given: Any) -> T:
    done: T = await database_sync_to_async(work, thread_sensitive=False, executor=_threads)(*given)
    return done


def in_order(comparison_id: uuid.UUID) -> asyncio.Lock:
    """Held while a command or an answer's end is saved and handed on, so that tabs hear of them as they came about.

    Of what is overtaken all the same, by other processes or on the way, tabs miss a revision and ask for it.
    """
    return _orders.setdefault(comparison_id, asyncio.Lock())
