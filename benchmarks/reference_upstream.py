"""An upstream that costs next to nothing: one protocol on bare sockets that answers with bytes made beforehand.

A request says how it wants to be answered: `"bench": {"chunks": 100, "every": 0.02}` is a token every 20 ms; without
`every` all come in one write. `GET /stats` counts what was begun, finished and left, and says when callers left.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from functools import lru_cache
from typing import Any

import uvloop

from tests.model_ids import PHI

STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
stats: dict[str, Any] = {"begun": 0, "finished": 0, "left_at": []}


@lru_cache
def blocks(chunks: int, is_at_once: bool, is_streamed: bool, has_usage: bool) -> list[bytes]:
    """What is written, one after the other."""
    usage = {"prompt_tokens": 10, "completion_tokens": chunks, "total_tokens": 10 + chunks}
    base = {"id": "chatcmpl-reference", "created": 1_700_000_000, "model": PHI}
    words = [f"{number:03} " for number in range(chunks)]
    if not is_streamed:
        message = {"role": "assistant", "content": "".join(words)}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
        return [_whole({**base, "object": "chat.completion", "choices": [choice], "usage": usage})]
    more = {"usage": None} if has_usage else {}

    def chunk(delta: dict[str, str], reason: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": reason}
        return _framed({**base, "object": "chat.completion.chunk", "choices": [choice], **more})

    said = [chunk({"content": word}) for word in words]
    said[0] = STREAM + chunk({"role": "assistant", "content": ""}) + said[0]
    said[-1] += chunk({}, "stop")
    if has_usage:
        said[-1] += _framed({**base, "object": "chat.completion.chunk", "choices": [], "usage": usage})
    said[-1] += _piece(b"data: [DONE]\n\n") + b"0\r\n\r\n"
    return [b"".join(said)] if is_at_once else said


def _framed(data: dict[str, Any]) -> bytes:
    return _piece(b"data: " + json.dumps(data).encode() + b"\n\n")


def _piece(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def _whole(data: Any) -> bytes:
    raw = json.dumps(data).encode()
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(raw), raw)


class Upstream(asyncio.Protocol):
    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._received = b""
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: Any = transport

    def connection_lost(self, _error: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
            stats["left_at"].append(time.monotonic())

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, end, body = self._received.partition(b"\r\n\r\n")
        length = next((line[15:] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), b"0")
        if end and len(body) >= int(length):
            self._received = b""
            self._answer(head.split(b" ", 2)[1], body)

    def _answer(self, path: bytes, body: bytes) -> None:
        if path.endswith(b"/models"):
            self._transport.write(_whole({"object": "list", "data": [{"id": PHI, "object": "model"}]}))
        elif path.endswith(b"/stats"):
            self._transport.write(_whole(stats))
        else:
            self._begin(json.loads(body))

    def _begin(self, asked: dict[str, Any]) -> None:
        stats["begun"] += 1
        wish = asked["bench"]
        self._every = wish.get("every", 0.0)
        has_usage = bool((asked.get("stream_options") or {}).get("include_usage"))
        said = blocks(wish["chunks"], not self._every, bool(asked.get("stream")), has_usage)
        self._left, self._due = iter(said), self._loop.time()
        self._say()

    def _say(self) -> None:
        self._timer = None
        block = next(self._left, None)
        if block is None:
            stats["finished"] += 1
            return
        self._transport.write(block)
        if not self._every:
            stats["finished"] += 1
            return
        self._due += self._every
        self._timer = self._loop.call_at(self._due, self._say)


async def main() -> None:
    server = await asyncio.get_running_loop().create_server(Upstream, "127.0.0.1", int(sys.argv[1]), backlog=4096)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main())
