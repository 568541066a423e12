"""An upstream that does, request by request, what a test writes down: on real sockets, byte by byte if need be.

It lists one model.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, NamedTuple, Self

from tests.model_ids import PHI

Act = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def event(data: bytes) -> bytes:
    return b"data: " + data + b"\n\n"


def answer(status: int, body: bytes, *, kind: bytes = b"application/json") -> Act:
    async def act(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = b"HTTP/1.1 %d Scripted\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n" % (status, kind, len(body))
        writer.write(head + body)
        await writer.drain()

    return act


models = answer(200, json.dumps({"object": "list", "data": [{"id": PHI, "object": "model"}]}).encode())


async def silent(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    await reader.read(1)


async def closing(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


class Asked(NamedTuple):
    """`connection` is its number."""

    connection: int
    headers: dict[str, str]
    body: dict[str, Any]


class Scripted:
    """Acts are taken in turn, over and over."""

    def __init__(self, *acts: Act) -> None:
        self.acts = acts
        self.requests: list[Asked] = []
        #: Called when who asked closes the connection in the midst of an answer.
        self.on_leaving: Callable[[], object] = lambda: None
        self._connections = 0
        self._serving: list[tuple[asyncio.Task[object], asyncio.StreamWriter]] = []

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        self.base_url = f"http://127.0.0.1:{self.port}/v1"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        for task, writer in self._serving:
            writer.close()
            task.cancel()
        await asyncio.gather(*(task for task, _ in self._serving), return_exceptions=True)

    async def _act(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self.acts[(len(self.requests) - 1) % len(self.acts)](reader, writer)
        except ConnectionError:
            self.on_leaving()
            raise

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if task := asyncio.current_task():
            self._serving.append((task, writer))
        connection, self._connections = self._connections, self._connections + 1
        try:
            while not writer.is_closing():
                first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
                if first.startswith("GET"):
                    await models(reader, writer)
                    continue
                named = (line.partition(":") for line in lines)
                headers = {name.lower(): value.strip() for name, _, value in named}
                body = await reader.readexactly(int(headers["content-length"]))
                self.requests.append(Asked(connection, headers, json.loads(body)))
                await self._act(reader, writer)
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            pass
        finally:
            writer.close()
