"""Lets sockets wait until their peer takes what it is sent. Daphne by itself holds all of it, however much it is."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

from autobahn.twisted.websocket import WebSocketServerProtocol


class Backpressure:
    """In front of an application for sockets: `await send(…)` returns once there is room for more."""

    def __init__(self, application: Any) -> None:
        self.application = application

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        room = _Room()

        async def send_in_time(message: Any) -> None:
            await send(message)
            if message["type"] == "websocket.send":
                await room.is_there.wait()

        protocol = _daphne_protocol(send)
        if protocol is not None:
            # That of HTTP, whose transport this was, stands there yet; it has no more to say.
            protocol.unregisterProducer()
            protocol.registerProducer(room, True)
        await self.application(scope, receive, send_in_time)


class _Room:
    """What Twisted calls a streaming producer: it is told when the transport holds more than 64 kB, and when none."""

    def __init__(self) -> None:
        self.is_there = asyncio.Event()
        self.is_there.set()

    def pauseProducing(self) -> None:  # noqa: N802  Twisted's name
        self.is_there.clear()

    def resumeProducing(self) -> None:  # noqa: N802  Twisted's name
        self.is_there.set()

    def stopProducing(self) -> None:  # noqa: N802  Twisted's name
        """The connection is gone: nobody is to wait for it."""
        self.is_there.set()


def _daphne_protocol(send: Any) -> WebSocketServerProtocol | None:
    """Other servers wait by themselves, and the tests' communicator takes everything."""
    first = send.args[0] if isinstance(send, partial) and send.args else None
    return first if isinstance(first, WebSocketServerProtocol) else None
