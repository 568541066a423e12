"""POST /v1/chat/completions: the provider's bytes, passed on as they come."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from accounts.caller import Caller
from common.chat import ChatRequest
from common.errors import UpstreamUnavailable
from completions.engine import Completion, open_completion
from gateway.bodies import json_body
from gateway.callers import bearer
from gateway.events import DONE, Events

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


@bearer
async def chat_completions(request: Request, caller: Caller) -> Response:
    return Answer(caller, ChatRequest.parse(await json_body(request)))


class Answer(Response):
    """Runs the completion for as long as somebody listens."""

    def __init__(self, caller: Caller, request: ChatRequest) -> None:
        self.caller = caller
        self.request = request
        self.started = time.monotonic()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:  # noqa: ARG002  ASGI's signature
        """Errors before the first byte are raised for the application to answer."""
        work = asyncio.create_task(self._stream(send) if self.request.stream else self._whole(send))
        leaving = asyncio.create_task(_left(receive))
        try:
            await asyncio.wait((work, leaving), return_when=asyncio.FIRST_COMPLETED)
        finally:
            leaving.cancel()
            # If the caller left, or the server gives up on us, this is what stops the completion.
            is_over = work.done() or not work.cancel()
            if not is_over:
                await asyncio.wait((work,))
        if not work.cancelled():
            work.result()

    async def _stream(self, send: Send) -> None:
        async with open_completion(self.caller, self.request) as completion:
            await completion.connect()
            await send(self._start(completion, b"text/event-stream; charset=utf-8", STREAMED))
            events = Events(self.request)
            try:
                async for batch in completion.batches():
                    if raw := events.visible(batch):
                        await send({"type": "http.response.body", "body": raw, "more_body": True})
            except UpstreamUnavailable as error:
                await send({"type": "http.response.body", "body": events.broken(error)})
                return
            await send({"type": "http.response.body", "body": b"" if events.is_done else DONE})

    async def _whole(self, send: Send) -> None:
        async with open_completion(self.caller, self.request) as completion:
            await completion.connect()
            raw, _ = await completion.read()
        length = [(b"content-length", str(len(raw)).encode())]
        await send(self._start(completion, b"application/json", length))
        await send({"type": "http.response.body", "body": raw})

    def _start(self, completion: Completion, kind: bytes, more: list[tuple[bytes, bytes]]) -> Message:
        headers = [
            (b"content-type", kind),
            (b"x-request-id", str(completion.id).encode()),
            (b"openai-processing-ms", str(round((time.monotonic() - self.started) * 1000)).encode()),
            *more,
        ]
        if completion.connection.is_simulated:
            headers.append((b"x-lineup-simulated", b"true"))
        return {"type": "http.response.start", "status": 200, "headers": headers}


STREAMED = [(b"cache-control", b"no-cache"), (b"x-accel-buffering", b"no")]


async def _left(receive: Receive) -> None:
    """Returns when the caller has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
