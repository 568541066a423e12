"""Sending an answer in its time, and noticing at once when the caller leaves."""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from collections.abc import Callable

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from simulator.completion import Completion
from simulator.ledger import Entry, Ledger
from simulator.server import cut_connection
from simulator.sse import encoded, to_bytes
from simulator.tape import Tape

#: ChunkEncoder sent in one write when several are due; then others get their turn.
MOST_AT_ONCE = 64


class PacedResponse(Response):
    """An answer under way. Subclasses send it; this one ends it when it is done or when nobody listens any more."""

    content_type = b"application/json"

    def __init__(self, completion: Completion, entry: Entry, ledger: Ledger) -> None:
        self.completion = completion
        self.entry = entry
        self.ledger = ledger
        self.background = None
        self.status_code = 200

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        playing = asyncio.ensure_future(self.play(scope, send))
        leaving = asyncio.ensure_future(self.left(receive))
        try:
            await asyncio.wait({playing, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if playing.done():
                playing.result()
        finally:
            playing.cancel()
            leaving.cancel()
            self.entry.end("disconnected")
            self.ledger.keep_text(self.entry, self.completion.said(self.entry.generated_tokens))

    async def left(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self.entry.end("disconnected")

    async def play(self, scope: Scope, send: Send) -> None:
        raise NotImplementedError

    async def head(self, send: Send, **headers: str) -> None:
        own = {
            "content-type": self.content_type.decode(),
            "x-request-id": self.entry.request_id or self.entry.id,
            "x-simulated": "true",
            "cache-control": "no-cache",
            **headers,
        }
        raw = [(name.encode(), value.encode("latin-1", "replace")) for name, value in own.items()]
        await send({"type": "http.response.start", "status": 200, "headers": raw})
        # An empty piece makes the server send the headers now.
        await send({"type": "http.response.body", "body": b"", "more_body": True})

    async def ends(self, tape: Tape, scope: Scope, send: Send) -> None:
        drill = self.completion.request.drill
        self.entry.end("completed" if tape.ending == "end" and drill.error_after is None else "broken")
        if tape.ending == "end":
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        else:
            cut_connection(scope, reset=tape.ending == "reset")


class StreamedResponse(PacedResponse):
    content_type = b"text/event-stream; charset=utf-8"

    async def play(self, scope: Scope, send: Send) -> None:
        # In a thread: thousands of tokens must not hold up the streams of others.
        tape = await asyncio.to_thread(self.completion.tape)
        await asyncio.sleep(self.completion.request.drill.stall_before_headers or 0)
        await self.head(send, **{"x-accel-buffering": "no"})
        await run(tape, send, self.entry.generated)
        await self.ends(tape, scope, send)


class WholeResponse(PacedResponse):
    """The answer in one piece, after the time that generating it takes."""

    async def play(self, scope: Scope, send: Send) -> None:
        drill = self.completion.request.drill
        await asyncio.sleep(drill.stall_before_headers or 0)
        await self.generate()
        body = to_bytes(encoded(self.completion.body()))
        if drill.malformed_after is not None:
            body = body[: len(body) // 2]
        await self.head(send, **{"content-length": str(len(body))})
        tape = self.halves(body)
        await run(tape, send, lambda _: None)
        await self.ends(tape, scope, send)

    async def generate(self) -> None:
        dues, start = self.completion.dues(), _now()
        total, steps = self.completion.tokens, len(dues)
        try:
            await asyncio.sleep(dues[-1])
        finally:
            done = bisect_right(dues, _now() - start)
            self.entry.generated(total * done // steps)

    def halves(self, body: bytes) -> Tape:
        """The drills of a stream, as far as they make sense in a body of two halves."""
        drill = self.completion.request.drill
        tape = Tape()
        tape.add(body[: len(body) // 2], 0.0)
        if drill.cut_after is not None:
            tape.ending = "reset" if drill.reset else "cut"
        else:
            tape.add(body[len(body) // 2 :], 0.0 if drill.stall_after is None else drill.stall_for)
        return tape


async def run(tape: Tape, send: Send, generated: Callable[[int], None]) -> None:
    """Everything that is due goes out in one write; a tape that runs late catches up by itself."""
    frames, dues, position, start = tape.frames, tape.dues, 0, _now()
    while position < len(frames):
        wait = dues[position] - (_now() - start)
        await asyncio.sleep(max(0.0, wait))
        upto = max(position + 1, bisect_right(dues, _now() - start, lo=position))
        upto = min(upto, position + MOST_AT_ONCE)
        # Counted before the write: a caller who is told of a token must find it in the ledger.
        generated(tape.tokens[upto - 1])
        await send({"type": "http.response.body", "body": b"".join(frames[position:upto]), "more_body": True})
        position = upto


def _now() -> float:
    return asyncio.get_running_loop().time()
