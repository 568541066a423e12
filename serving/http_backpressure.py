"""How daphne gives out an answer: as fast as its reader takes it, and each piece at once.

Of itself daphne takes whatever it is sent into its memory, and hands a piece to the kernel one turn of the loop later,
which costs as much again as the piece itself. Here `send` waits while the reader is behind, as ASGI means it to.
"""

from __future__ import annotations

import asyncio
from typing import Any

from daphne import http_protocol
from daphne.server import Server
from django.conf import settings
from twisted.internet import reactor as installed_reactor
from twisted.internet import tcp

reactor: Any = installed_reactor


class PacedRequest(http_protocol.WebRequest):  # type: ignore[misc]  # daphne has no types
    """Registered as what produces for its connection, it hears when the buffer there is full and when it is empty."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_full = False
        self._emptied: asyncio.Future[None] | None = None
        #: While it waits for its turn: ends the connection of who takes nothing.
        self._given_up: Any = None

    def process(self) -> None:
        """Of requests that are sent ahead, each waits until the answers before it were taken: they would pile up."""
        if not self.channel._waitingForTransport:
            super().process()
            return
        self.registerProducer(self, True)
        self._given_up = reactor.callLater(settings.STREAM_WRITE_TIMEOUT, self.channel.transport.abortConnection)

    def handle_reply(self, message: dict[str, Any]) -> None:
        is_piece = message["type"] == "http.response.body" and message.get("more_body", False)
        if is_piece and self.startedWriting and self.chunked and not self.finished and self.channel:
            self._pass_on(message.get("body", b""))
            return
        super().handle_reply(message)
        if message["type"] == "http.response.start" and self.channel and self.producer is None:
            self.registerProducer(self, True)

    def _pass_on(self, data: bytes) -> None:
        if not data:
            return
        self.sentLength += len(data)
        transport, piece = self.channel.transport, b"%x\r\n%b\r\n" % (len(data), data)
        if isinstance(transport, tcp.Server) and not transport.dataBuffer and not transport._tempDataLen:
            sent = transport.writeSomeData(piece)
            # A connection that is lost says so when the rest is written.
            piece = piece[sent:] if isinstance(sent, int) else piece
        if piece:
            transport.write(piece)

    async def drained(self) -> None:
        while self.is_full:
            self._emptied = self._emptied or asyncio.get_running_loop().create_future()
            await asyncio.shield(self._emptied)

    def pauseProducing(self) -> None:  # noqa: N802  Twisted's name
        self.is_full = True

    def resumeProducing(self) -> None:  # noqa: N802  Twisted's name
        self.is_full = False
        if self._emptied is not None and not self._emptied.done():
            self._emptied.set_result(None)
        self._emptied = None
        if self._waited():
            super().process()

    def stopProducing(self) -> None:  # noqa: N802  Twisted's name
        self._waited()
        self.resumeProducing()

    def _waited(self) -> bool:
        """Whether it did; it does no longer."""
        given_up, self._given_up = self._given_up, None
        if given_up is not None and given_up.active():
            given_up.cancel()
        return given_up is not None

    def finish(self) -> None:
        self._stop_producing()
        super().finish()

    def connectionLost(self, reason: Any) -> None:  # noqa: N802  Twisted's name
        self._stop_producing()
        super().connectionLost(reason)

    def _stop_producing(self) -> None:
        self._waited()
        if self.producer is not None and self.channel:
            self.unregisterProducer()
        self.resumeProducing()

    def check_timeouts(self) -> None:
        """Daphne asks every two seconds. An application that ended without ending its answer gave its reader up."""
        has_ended = "application_instance" not in self.server.connections.get(self, {})
        if has_ended and self._response_started and not self.finished and self.channel:
            self.channel.transport.abortConnection()
        else:
            super().check_timeouts()


_handle_reply = Server.handle_reply


async def handle_reply(server: Server, protocol: Any, message: dict[str, Any]) -> None:
    if not isinstance(protocol, PacedRequest) or message["type"] != "http.response.body":
        await _handle_reply(server, protocol, message)
    elif not server.connections.get(protocol, {"disconnected": True}).get("disconnected"):
        protocol.handle_reply(message)
        if protocol.is_full:
            await protocol.drained()


def install() -> None:
    """Before daphne begins to listen."""
    Server.handle_reply = handle_reply
