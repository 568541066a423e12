"""Whether the caller is still there: the task that answers is cancelled when they leave."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from types import TracebackType
from typing import Any, Self

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]


class Listening:
    """`async with Listening(receive):` ends its block when the caller leaves, and swallows that end."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._task: asyncio.Task[Any] | None = None
        self._has_left = False
        #: After the last byte the server says that the caller left, whether they did or not.
        self.is_over = False

    async def __aenter__(self) -> Self:
        self._task = asyncio.current_task()
        self._watch = asyncio.create_task(self._until_gone())
        return self

    async def _until_gone(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        if not self.is_over:
            self.leave()

    def leave(self) -> None:
        """As if the caller had gone."""
        if not self._has_left and self._task:
            self._has_left = True
            self._task.cancel()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        self.is_over = True
        self._watch.cancel()
        if not self._has_left or self._task is None:
            return False
        self._task.uncancel()
        return kind is not None and issubclass(kind, asyncio.CancelledError)
