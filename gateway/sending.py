"""A streamed answer on its way to the caller, who may read slowly, and must hear of us now and then.

The first byte waits for the provider's, so that what fails before it has its own status. A provider that is silent for
very long makes us begin without it: proxies in between would give up. From then on, and whenever nothing was sent for
a while, a comment says that we are still here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self

from django.conf import settings

from gateway.listening import Listening, Message

Send = Callable[[Message], Awaitable[None]]
COMMENT = b": keep-alive\n\n"


class Sending:
    """`start` begins the response, `send` takes its pieces. One timer sees to comments and callers who do not read."""

    def __init__(
        self, send: Send, listening: Listening, start: Callable[[], Awaitable[None]], *, comment: bytes = COMMENT
    ) -> None:
        self._send = send
        self._said_on_silence = comment
        self._listening = listening
        self._start = start
        self._loop = asyncio.get_running_loop()
        self._sent_at = self._loop.time()
        #: The server has not yet taken what it was given last.
        self._is_waiting = False
        self._comment: asyncio.Task[None] | None = None
        self.is_started = False

    async def __aenter__(self) -> Self:
        self._timer = self._loop.call_at(self._due(), self._look)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        if self._comment is not None:
            self._comment.cancel()

    async def body(self, raw: bytes, *, more: bool = True) -> None:
        self._sent_at = self._loop.time()
        self._is_waiting = True
        if not self.is_started:
            self.is_started = True
            self._timer.cancel()
            self._timer = self._loop.call_later(settings.STREAM_KEEP_ALIVE, self._look)
            await self._start()
        self._listening.is_over = not more
        await self._send({"type": "http.response.body", "body": raw, "more_body": more})
        self._is_waiting = False

    async def _comment_on_silence(self) -> None:
        if not self._listening.is_over:
            await self.body(self._said_on_silence)

    def _due(self) -> float:
        """When something must happen if nothing is sent until then."""
        if self._is_waiting:
            return self._sent_at + settings.STREAM_WRITE_TIMEOUT
        return self._sent_at + (settings.STREAM_KEEP_ALIVE if self.is_started else settings.STREAM_HOLD)

    def _look(self) -> None:
        is_due = self._due() <= self._loop.time()
        if is_due and self._is_waiting:
            self._listening.leave()
            return
        if is_due:
            self._comment = self._loop.create_task(self._comment_on_silence())
        soon = self._loop.time() + (settings.STREAM_KEEP_ALIVE if is_due else 0)
        self._timer = self._loop.call_at(max(self._due(), soon), self._look)
