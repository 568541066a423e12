"""The way out: SIGTERM or Ctrl-C lets finish what runs, for DRAIN_SECONDS; then, or when asked again, all is cut.

daphne drops everything when it is asked to stop, so it is asked only when nothing runs any more. What is cut is settled
like anything that is stopped: requests by their cancellation, answers of the Playground by theirs.
"""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
from collections.abc import Iterable
from types import FrameType
from typing import Any

from django.conf import settings

from common import draining
from playground import running
from playground.running import RunningAnswer

#: Seconds: for what was cut to settle; for last words to leave the socket's buffer.
CUT_PATIENCE, LAST_WORDS = 5.0, 0.2

#: The requests that are being answered.
requests: set[asyncio.Task[Any]] = set()


class Drain:
    """daphne's `reactor`, stopped in order."""

    def __init__(self, reactor: Any) -> None:
        self._reactor = reactor
        self._hurry = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def take_signals(self) -> None:
        """Those that daphne took; where it leaves them to others, as below a reloader, so do we."""
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, self._signalled)
            signal.signal(signal.SIGINT, self._signalled)

    def _signalled(self, _number: int, _frame: FrameType | None) -> None:
        self._reactor.callFromThread(self.ask)

    def ask(self) -> None:
        """Asked twice, it waits no longer."""
        if self._task is None:
            draining.begin()
            self._task = asyncio.get_running_loop().create_task(self._drain())
        else:
            self._hurry.set()

    async def _drain(self) -> None:
        try:
            left = await self._finished([*requests, *(_over(answer) for answer in running.everything())])
            if left:
                await self._cut()
        finally:
            await _cancel_the_rest()
            self._reactor.stop()

    async def _finished(self, work: Iterable[asyncio.Task[Any]]) -> set[asyncio.Task[Any]]:
        """What still ran when time was up or nobody would wait any more."""
        left = set(work)
        if not left:
            return left
        finishing = asyncio.create_task(asyncio.wait(left))
        hurry = asyncio.create_task(self._hurry.wait())
        await asyncio.wait((finishing, hurry), timeout=settings.DRAIN_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        hurry.cancel()
        finishing.cancel()
        await asyncio.sleep(LAST_WORDS)
        return {task for task in left if not task.done()}

    async def _cut(self) -> None:
        cut = [*requests, *(_over(answer) for answer in running.everything())]
        for answer in running.everything():
            answer.stop()
        for request in list(requests):
            request.cancel()
        await asyncio.wait(cut, timeout=CUT_PATIENCE)


async def _cancel_the_rest() -> None:
    """Sockets of tabs and all that waits for something: the interpreter may not end with them half-way."""
    rest = asyncio.all_tasks() - {asyncio.current_task()}
    for task in rest:
        task.cancel()
    if rest:
        await asyncio.wait(rest, timeout=CUT_PATIENCE)


def _over(answer: RunningAnswer) -> asyncio.Task[Any]:
    return asyncio.create_task(answer.over.wait())


def install() -> None:
    """Where daphne serves; other servers have ways of their own."""
    reactor: Any = sys.modules.get("twisted.internet.reactor")
    if reactor is not None:
        reactor.callWhenRunning(lambda: Drain(reactor).take_signals())
