"""Callers of the API by the hundred, each on a socket of its own, who leave when and how a test says."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from typing import Any, Self

from tests.model_ids import PHI
from tests.serving import Served

#: Closing sends a reset instead of an end.
NO_LINGER = struct.pack("ii", 1, 0)


def asked(text: str = "Say something", *, stream: bool = True, **drill: Any) -> dict[str, Any]:
    messages = [{"role": "user", "content": text}]
    return {"model": PHI, "messages": messages, "stream": stream, "simulate": drill}


class Call:
    """A request that was sent, and what came back so far, head and chunk sizes included."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.received = b""

    @classmethod
    async def send(cls, served: Served, key: str, body: object, *, name: str = "faults", buffer: int = 0) -> Self:
        """`buffer`: bytes that the system may receive for us before we read them; 0: as many as it likes."""
        content = json.dumps(body).encode()
        head = (
            f"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:{served.port}\r\nAuthorization: Bearer {key}\r\n"
            f"User-Agent: {name}\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n"
            "Connection: close\r\n\r\n"
        )
        connection = socket.socket()
        connection.setblocking(False)
        if buffer:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        await asyncio.get_running_loop().sock_connect(connection, ("127.0.0.1", served.port))
        reader, writer = await asyncio.open_connection(sock=connection, limit=buffer or 65536)
        writer.write(head.encode() + content)
        return cls(reader, writer)

    async def until(self, needle: bytes, times: int = 1) -> None:
        while self.received.count(needle) < times:
            data = await self.reader.read(65536)
            assert data, f"the server closed the connection: {self.received!r}"
            self.received += data

    async def whole(self) -> bytes:
        """All that comes, to its end."""
        while data := await self.reader.read(65536):
            self.received += data
        self.leave()
        return self.received

    def leave(self) -> None:
        self.writer.close()

    def reset(self) -> None:
        self.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
        self.writer.transport.abort()

    @property
    def status(self) -> int:
        return int(self.received.split(b" ", 2)[1])

    @property
    def body(self) -> bytes:
        """Without the chunk sizes, where it came in chunks."""
        head, _, rest = self.received.partition(b"\r\n\r\n")
        return b"".join(_chunks(rest)) if b"chunked" in head.lower() else rest


def _chunks(rest: bytes) -> list[bytes]:
    found = []
    while rest:
        size, _, rest = rest.partition(b"\r\n")
        found.append(rest[: int(size or b"0", 16)])
        rest = rest[int(size or b"0", 16) + 2 :]
    return found


async def answered(served: Served, key: str, body: object, *, name: str = "faults") -> Call:
    call = await Call.send(served, key, body, name=name)
    await call.whole()
    return call
