"""Frames on their way to one tab, in order. They are held while it is slow to take them, but not without measure."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

log = logging.getLogger(__name__)

#: Characters of frames that came by themselves: a long message into all lanes comes at once. What a tab asks for comes
#: only when it has taken what it asked before.
MOST_HELD = 10_000_000
#: Seconds in which a tab that is there takes at least a little.
PATIENCE = 30.0


class Outbox:
    def __init__(self, send: Callable[[str], Awaitable[None]], let_go: Callable[[], None]) -> None:
        """`send` returns when there is room for more; `let_go` is called for a tab that does not keep up."""
        self._send = send
        self._let_go = let_go
        self._held = 0
        self._frames: asyncio.Queue[tuple[str, int]] = asyncio.Queue()
        self._sender = asyncio.create_task(self._send_all())

    def put(self, text: str, *, is_asked_for: bool = False) -> None:
        size = 0 if is_asked_for else len(text)
        self._held += size
        self._frames.put_nowait((text, size))
        # One alone may be longer: a lane whose end was shown anew has all that was said in it.
        if self._held > max(MOST_HELD, size):
            self._let_go()

    async def emptied(self) -> None:
        await self._frames.join()

    def close(self) -> None:
        self._sender.cancel()

    async def _send_all(self) -> None:
        while True:
            text, size = await self._frames.get()
            try:
                async with asyncio.timeout(PATIENCE):
                    await self._send(text)
            except TimeoutError:
                self._let_go()
                return
            except Exception:
                log.exception("a frame of %d characters could not be sent", len(text))
            self._held -= size
            self._frames.task_done()
