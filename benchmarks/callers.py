"""Callers of an OpenAI-compatible server on bare sockets, each with one request at a time; prints what they saw.

Every answer is looked at: one that lacks its end or a chunk counts as an error.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Coroutine
from dataclasses import asdict, dataclass, field
from typing import Any

import uvloop

EVENT, END = b"data: {", b"0\r\n\r\n"


@dataclass
class Wish:
    port: int
    key: str
    body: dict[str, Any]
    at_once: int
    #: No request begins after so many, or after this time.
    requests: int = 1_000_000
    seconds: float = 120
    #: The callers begin one after the other over this time.
    ramp: float = 0
    #: Events after which a caller leaves; 0: none does.
    leave_after: int = 0


@dataclass
class Seen:
    answers: int = 0
    events: int = 0
    took: list[float] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    left_at: list[float] = field(default_factory=list)
    errors: dict[str, int] = field(default_factory=dict)


class Crowd:
    def __init__(self, wish: Wish) -> None:
        self.wish = wish
        self.seen = Seen()
        body = json.dumps(wish.body).encode()
        lines = [
            "POST /v1/chat/completions HTTP/1.1", f"Host: 127.0.0.1:{wish.port}", f"Authorization: Bearer {wish.key}",
            "Content-Type: application/json", "X-Country: NL", f"Content-Length: {len(body)}", "", "",
        ]  # fmt: skip
        self.request = "\r\n".join(lines).encode() + body
        self.chunks = wish.body["bench"]["chunks"]
        self._left = wish.requests
        self._until = time.monotonic() + wish.seconds

    def is_on(self) -> bool:
        self._left -= 1
        return self._left >= 0 and time.monotonic() < self._until

    async def call(self, number: int) -> None:
        """One caller's work: request after request over one connection, a new one after an error."""
        await asyncio.sleep(number * self.wish.ramp / self.wish.at_once)
        caller = None
        while self.is_on():
            try:
                if caller is None or caller.transport.is_closing():
                    loop = asyncio.get_running_loop()
                    _, caller = await loop.create_connection(lambda: Caller(self), "127.0.0.1", self.wish.port)
                await asyncio.wait_for(caller.ask(), 120)
            except (OSError, TimeoutError, Broken) as error:
                what = str(error) or type(error).__name__
                self.seen.errors[what] = self.seen.errors.get(what, 0) + 1
                if caller is not None:
                    caller.transport.abort()
                caller = None
        if caller is not None:
            caller.transport.abort()


class Broken(Exception):
    pass


class Caller(asyncio.Protocol):
    def __init__(self, crowd: Crowd) -> None:
        self._crowd = crowd
        self._over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._over.set_result(None)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: Any = transport

    def connection_lost(self, _error: Exception | None) -> None:
        self._end(Broken("closed"))

    def ask(self) -> Coroutine[Any, Any, None]:
        self._over = asyncio.get_running_loop().create_future()
        self._received = bytearray()
        self._asked_at, self._is_first = time.monotonic(), True
        self.transport.write(self._crowd.request)
        return self._answered()

    async def _answered(self) -> None:
        await self._over

    def data_received(self, data: bytes) -> None:
        self._received += data
        wish, seen = self._crowd.wish, self._crowd.seen
        if not wish.body.get("stream"):
            self._look_at_whole()
            return
        if self._is_first and EVENT in self._received:
            self._is_first = False
            seen.first.append(time.monotonic() - self._asked_at)
        if wish.leave_after and self._received.count(EVENT) >= wish.leave_after:
            seen.left_at.append(time.monotonic())
            self.transport.abort()
            self._end(None)
        elif data.endswith(END) or not self._received.startswith(b"HTTP/1.1 200"):
            self._look_at_stream()

    def _look_at_stream(self) -> None:
        count = self._received.count(EVENT)
        if not self._received.startswith(b"HTTP/1.1 200"):
            self._end(Broken(self._received[:12].decode()))
        elif count < self._crowd.chunks or b"[DONE]" not in self._received[-40:]:
            self._end(Broken("incomplete"))
        else:
            self._crowd.seen.events += count
            self._end(None)

    def _look_at_whole(self) -> None:
        head, end, body = bytes(self._received).partition(b"\r\n\r\n")
        length = next((line[15:] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), b"0")
        if end and len(body) >= int(length):
            is_good = head.startswith(b"HTTP/1.1 200") and json.loads(body)["choices"][0]["message"]["content"]
            self._end(None if is_good else Broken(head[:12].decode()))

    def _end(self, error: Broken | None) -> None:
        if self._over.done():
            return
        if error is not None:
            self._over.set_exception(error)
            return
        self._crowd.seen.answers += 1
        self._crowd.seen.took.append(time.monotonic() - self._asked_at)
        self._over.set_result(None)


async def main() -> None:
    crowd = Crowd(Wish(**json.loads(sys.argv[1])))
    await asyncio.gather(*(crowd.call(number) for number in range(crowd.wish.at_once)))
    print(json.dumps(asdict(crowd.seen)))


if __name__ == "__main__":
    uvloop.run(main())
