"""Requests of tests, and what the books say of them afterwards."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, NamedTuple, ParamSpec, TypeVar

from django.db import connection

from accounts.caller import Caller
from billing.models import Account, Reservation, UsageHour, UsageRecord
from common.chat import ChatRequest
from completions.engine import Completion, open_completion
from completions.receipt import Receipt
from completions.traces import Trace
from inference_catalog.models import Model, Offering, Price, Provider
from tests.model_ids import PHI

P = ParamSpec("P")
T = TypeVar("T")
MODEL = PHI


def priced(model_id: str) -> Model:
    model = Model.objects.create(model_id=model_id, name="Phi 4 Mini", context_window=128_000, max_output=4_000)
    Price.objects.create(model=model, input=1_000_000, output=2_000_000)
    return model


def serve(model: Model, name: str, base_url: str, *, kind: str = "openai", priority: int = 100) -> Provider:
    provider = Provider.objects.create(slug=name, name=name.title(), kind=kind, base_url=base_url, priority=priority)
    Offering.objects.create(model=model, provider=provider, upstream_id=model.model_id)
    return provider


def chat(text: str = "Say something", *, stream: bool = True, **members: Any) -> ChatRequest:
    """`simulate={…}` is a drill."""
    messages = [{"role": "user", "content": text}]
    return ChatRequest.parse({"model": MODEL, "messages": messages, "stream": stream, **members})


class Running:
    """A completion read by a task of its own, as a door would."""

    def __init__(self, caller: Caller, request: ChatRequest, trace: Trace | None = None) -> None:
        self.completion: Completion = open_completion(caller, request, trace)
        self.events: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
        self.task = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async with self.completion as completion:
            await completion.connect()
            async for event in completion:
                self.events.put_nowait(event.data)

    async def token(self) -> str:
        """The next piece of text."""
        while True:
            data = await self.events.get()
            for choice in (data or {}).get("choices", []):
                if text := choice["delta"].get("content"):
                    return str(text)

    async def stop(self) -> Receipt:
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)
        return await self.completion.receipt()


async def whole(caller: Caller, request: ChatRequest) -> Receipt:
    """Reads a streamed answer to its end, whichever that is."""
    running = Running(caller, request)
    await asyncio.gather(running.task, return_exceptions=True)
    return await running.completion.receipt()


class Books(NamedTuple):
    reservation: Reservation
    record: UsageRecord
    account: Account
    hours: list[UsageHour]


def in_thread(work: Callable[P, T]) -> Callable[P, Awaitable[T]]:
    """Database work for a coroutine; it leaves no connection behind in its thread."""

    @wraps(work)
    def closing(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return work(*args, **kwargs)
        finally:
            connection.close()

    async def waited(*args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.to_thread(closing, *args, **kwargs)

    return waited


@in_thread
def books(completion_id: uuid.UUID) -> Books:
    reservation = Reservation.objects.get(pk=completion_id)
    record = UsageRecord.objects.get(pk=completion_id)
    return Books(reservation, record, Account.objects.get(), list(UsageHour.objects.all()))
