"""POST /v1/chat/completions: the provider's bytes, passed on as they come."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from decimal import Decimal
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from accounts.caller import Caller
from common.chat import ChatRequest
from common.errors import LineupError
from common.money import PICO
from completions.engine import Completion, open_completion
from completions.saved_models import asked
from completions.traces import Trace
from gateway import ratelimits
from gateway.bodies import json_body
from gateway.callers import bearer
from gateway.events import DONE, Events
from gateway.listening import Listening, Message, Receive
from gateway.sending import Send, Sending
from gateway.tracing import trace_of

Header = tuple[bytes, bytes]
STREAMED = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-cache"),
    (b"x-accel-buffering", b"no"),
]


@bearer
async def chat_completions(request: Request, caller: Caller) -> Response:
    trace = trace_of(request, caller)
    named = await json_body(request, ChatRequest.parse)
    found = await asked(caller, named)
    if found.ref and trace is not None:
        trace = replace(trace, saved_model=found.ref)
    return Answer(caller, found.request, trace, renamed=named.model if found.ref else "")


class Answer(Response):
    """Runs the completion for as long as somebody listens."""

    def __init__(self, caller: Caller, request: ChatRequest, trace: Trace | None, *, renamed: str = "") -> None:
        """`renamed`: what the caller calls the model, where that is not its own name."""
        self.caller = caller
        self.request = request
        self.trace = trace
        self.renamed = renamed
        self.started = time.monotonic()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Errors before the first byte are raised for the application to answer."""
        async with Listening(receive) as listening:
            if self.request.stream:
                await self._stream(send, scope["send_piece"], listening)
            else:
                await self._whole(send, listening)

    async def _stream(self, send: Send, send_piece: Send, listening: Listening) -> None:
        async with (
            open_completion(self.caller, self.request, self.trace) as completion,
            Sending(send_piece, listening, partial(self._begin, send, completion)) as sending,
        ):
            events = Events(self.request, completion.cost, renamed=self.renamed)
            try:
                await completion.connect()
                async for batch in completion.batches():
                    if raw := events.visible(batch):
                        await sending.body(raw)
            except LineupError as error:
                if not sending.is_started:
                    raise
                await sending.body(events.broken(error), more=False)
            else:
                await sending.body(b"" if events.is_done else DONE, more=False)

    async def _begin(self, send: Send, completion: Completion) -> None:
        await send(self._start(completion, STREAMED))

    async def _whole(self, send: Send, listening: Listening) -> None:
        async with open_completion(self.caller, self.request, self.trace) as completion:
            await completion.connect()
            raw, answer = await completion.read()
            if self.renamed:
                raw = json.dumps({**answer, "model": self.renamed}).encode()
        length, cost = str(len(raw)).encode(), f"{Decimal(completion.cost()) / PICO:f}".encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", length), (b"x-lineup-cost", cost)]
        listening.is_over = True
        await send(self._start(completion, headers))
        await send({"type": "http.response.body", "body": raw})

    def _start(self, completion: Completion, headers: list[Header]) -> Message:
        completion.status = 200
        took = round((time.monotonic() - self.started) * 1000)
        said = [
            *headers,
            (b"x-request-id", str(completion.id).encode()),
            (b"openai-processing-ms", str(took).encode()),
            *_limits(completion),
        ]
        if completion.connection.is_simulated:
            said.append((b"x-lineup-simulated", b"true"))
        return {"type": "http.response.start", "status": completion.status, "headers": said}


def _limits(completion: Completion) -> list[Header]:
    room = completion.reservation.room
    return [(name.encode(), value.encode()) for name, value in ratelimits.headers(room).items()] if room else []
