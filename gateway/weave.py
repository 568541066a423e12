"""Completions as Weave's client asks the trace server for them: LLM judges and saved models answer by our models.

They live here and not in tracing/, which knows no engine; their errors are the trace server's.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

from pydantic import BaseModel, Field
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from accounts.authentication import caller_for
from accounts.caller import Caller
from accounts.places import place_of
from common import draining
from common.chat import ChatRequest
from common.errors import LineupError
from completions.engine import Completion, open_completion
from completions.traces import Trace
from gateway.listening import Listening, Message
from gateway.sending import Sending
from tracing import database
from tracing.bodies import raw_body
from tracing.errors import broken, not_served, refused
from tracing.prompts import formatted
from tracing.shapes import Id, Members, Name
from tracing.visits import Visit, check_key, for_keys, read, secret_of

LINES = [(b"content-type", b"application/jsonl")]
#: What is not for the model, and what another server does with it.
NOT_SENT = {"prompt", "template_vars", "timeout", "api_version", "extra_headers", "vertex_credentials", "stream"}


class Asked(BaseModel):
    project_id: str
    inputs: Members
    track_llm_call: bool | None = Field(default=True)
    trace_id: Id | None = None
    parent_id: Id | None = None
    conversation_id: Name | None = None

    def trace(self) -> Trace | None:
        tracked = self.track_llm_call is not False
        return Trace(self.trace_id, self.parent_id, self.conversation_id) if tracked else None


@for_keys
async def create(request: Request) -> Response:
    return Whole(*await _asked(request, stream=False))


@for_keys
async def create_stream(request: Request) -> Response:
    return Lines(*await _asked(request, stream=True))


async def _asked(request: Request, *, stream: bool) -> tuple[Caller, ChatRequest, Asked]:
    draining.refuse()
    await check_key(request)
    place = place_of(request.scope)
    place.check()
    asked = read(Asked, await raw_body(request))
    secret, headers = secret_of(request.headers.get("authorization", "")), dict(request.headers)
    client = headers.get("user-agent", "")

    def work() -> tuple[Caller, list[Any]]:
        visit = Visit(secret, caller_for(secret).user_id, {}, headers)
        visit.write(asked.project_id)
        caller = caller_for(secret, asked.project_id, door="api", client=client, address=place.address)
        return caller, formatted(visit, asked.inputs)

    caller, messages = await database.run(work)
    return caller, ChatRequest.parse(_body(asked.inputs, messages, stream=stream)), asked


def _body(inputs: Mapping[str, Any], messages: list[Any], *, stream: bool) -> dict[str, Any]:
    """The client says null where it says nothing."""
    said = {name: value for name, value in inputs.items() if value is not None and name not in NOT_SENT}
    streamed = {"stream": True, "stream_options": {"include_usage": True}} if stream else {}
    return {**said, "messages": messages, **streamed}


class Whole(Response):
    """Runs the completion for as long as somebody listens."""

    def __init__(self, caller: Caller, request: ChatRequest, asked: Asked) -> None:
        self.caller = caller
        self.request = request
        self.asked = asked

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with Listening(receive) as listening:
            await self._answer(scope, send, listening)

    def _opened(self) -> Completion:
        return open_completion(self.caller, self.request, self.asked.trace())

    async def _answer(self, scope: Scope, send: Send, listening: Listening) -> None:
        async with self._opened() as completion:
            await completion.connect()
            _, answer = await completion.read()
            completion.status = 200
        listening.is_over = True
        response = Response(_json({"response": answer, **self._names(completion)}), media_type="application/json")
        await response(scope, receive=_nothing, send=send)

    def _names(self, completion: Completion) -> dict[str, str | None]:
        """Of the call that it becomes."""
        if completion.trace is None:
            return {}
        call_id = str(completion.id)
        names = {"weave_call_id": call_id, "trace_id": completion.trace.trace_id or call_id}
        return {**names, "conversation_id": completion.trace.thread_id}


class Lines(Whole):
    """A line of JSON for each chunk; what fails after the first is a line too."""

    async def _answer(self, scope: Scope, send: Send, listening: Listening) -> None:
        async with (
            self._opened() as completion,
            Sending(scope["send_piece"], listening, partial(self._begin, send, completion), comment=b"") as sending,
        ):
            try:
                await completion.connect()
                if names := self._names(completion):
                    await sending.body(_line({"_meta": names}))
                async for batch in completion.batches():
                    if lines := b"".join(_line(event.data) for event in batch if event.data is not None):
                        await sending.body(lines)
            except LineupError as error:
                if not sending.is_started:
                    raise
                await sending.body(_line({"error": error.sentence}), more=False)
            else:
                await sending.body(b"", more=False)

    async def _begin(self, send: Send, completion: Completion) -> None:
        completion.status = 200
        start: Message = {"type": "http.response.start", "status": 200, "headers": LINES}
        await send(start)


async def _nothing() -> Message:
    return {"type": "http.disconnect"}


def _json(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _line(value: Any) -> bytes:
    return _json(value) + b"\n"


handlers: dict[Any, Any] = {LineupError: refused, HTTPException: not_served, Exception: broken}
completions = Starlette(
    routes=[
        Route("/traces/completions/create", create, methods=["POST"]),
        Route("/traces/completions/create_stream", create_stream, methods=["POST"]),
    ],
    exception_handlers=handlers,
)
completions.router.redirect_slashes = False


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Starlette's layers see to how an answer begins: the pieces of a stream need not pass through them."""
    scope["send_piece"] = send
    await completions(scope, receive, send)
