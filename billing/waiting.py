"""How the event loop waits for the books' thread: cheaply, and never for long.

Waking an event loop from another thread costs more than what it is woken for, so answers that come together wake it
once. And a database that hangs must not hang those who ask: when the thread is stuck, they are told in time.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from functools import partial
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from django.conf import settings

from billing import writer
from common.errors import Overloaded

T = TypeVar("T")

#: Seconds after which it is asked whether the thread is stuck, and how often from then on: less than a statement has.
PATIENCE, IMPATIENCE = 0.8 * settings.DATABASE_PATIENCE, 0.05
#: A look that comes so many seconds after its time says nothing of the thread.
LATE = 0.2
#: Seconds after which even a thread that works on is too slow.
LONGEST = 10.0 * settings.DATABASE_PATIENCE


async def answer(future: Future[T]) -> T:
    """What the thread answers. Raises Overloaded when it is stuck; the future is then still on its way."""
    loop = asyncio.get_running_loop()
    waiter: asyncio.Future[T] = loop.create_future()
    _mailbox(loop).expect(future, waiter)
    now = loop.time()
    timer = loop.call_at(now + PATIENCE, _lose_patience, future, waiter, now + PATIENCE, now + LONGEST)
    try:
        return await waiter
    finally:
        timer.cancel()


def _lose_patience(future: Future[T], waiter: asyncio.Future[T], due: float, until: float) -> None:
    """A busy loop hears late of what was answered in time, so it is the thread that is looked at.

    Where even this look is late, the whole process may have stood still, the thread with it: it is looked at again.
    """
    if waiter.done() or future.done():
        return
    loop = waiter.get_loop()
    late = loop.time() - due
    until += late
    if loop.time() > until or (late < LATE and writer.is_stuck(PATIENCE)):
        waiter.set_exception(Overloaded())
    else:
        due = loop.time() + IMPATIENCE
        loop.call_at(due, _lose_patience, future, waiter, due, until)


def shared(key: Hashable, work: Callable[[], T]) -> Future[T]:
    """Has the thread do this work, unless it is about to: then that answer is for both."""
    future = _asked.get(key)
    if future is None:
        future = _asked[key] = writer.run(work)
        future.add_done_callback(lambda _: _asked.pop(key, None))
    return future


_asked: dict[Hashable, Future[Any]] = {}


class _Mailbox:
    def __init__(self) -> None:
        self._arrived: deque[tuple[Future[Any], asyncio.Future[Any]]] = deque()
        self._is_woken = False

    def expect(self, future: Future[T], waiter: asyncio.Future[T]) -> None:
        future.add_done_callback(partial(self._put, waiter))

    def _put(self, waiter: asyncio.Future[Any], future: Future[Any]) -> None:
        """In whichever thread answers."""
        loop = waiter.get_loop()
        self._arrived.append((future, waiter))
        if not self._is_woken and not loop.is_closed():
            self._is_woken = True
            loop.call_soon_threadsafe(self._deliver)

    def _deliver(self) -> None:
        # First: what comes from now on wakes the loop again.
        self._is_woken = False
        while self._arrived:
            _hand_over(*self._arrived.popleft())


def _hand_over(future: Future[T], waiter: asyncio.Future[T]) -> None:
    if waiter.done():
        return
    if future.cancelled():
        waiter.cancel()
    elif (error := future.exception()) is not None:
        waiter.set_exception(error)
    else:
        waiter.set_result(future.result())


_mailboxes: WeakKeyDictionary[asyncio.AbstractEventLoop, _Mailbox] = WeakKeyDictionary()


def _mailbox(loop: asyncio.AbstractEventLoop) -> _Mailbox:
    return _mailboxes.get(loop) or _mailboxes.setdefault(loop, _Mailbox())
