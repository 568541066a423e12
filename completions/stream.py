"""One upstream response, read under the engine's patience: events of a stream, or the whole of an answer."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any, NamedTuple

import httpx2
from django.conf import settings

from completions.errors import ProviderFailed, clean, fault
from completions.sse import Decoder, EventTooLong, RawEvent
from inference_catalog.connections import Connection

DONE = b"[DONE]"
#: Most bytes of an answer that comes in one piece.
MOST_BYTES = 64 * 1024 * 1024
#: Stands for an event whose data is not a JSON object.
MALFORMED: dict[str, Any] = {"error": {"message": "sent an event that is not a JSON object"}}


class Event(NamedTuple):
    """One event: `raw` is what the provider sent, untouched; `data` is None for comments and for `[DONE]`."""

    raw: bytes
    data: dict[str, Any] | None
    is_done: bool = False


class Response:
    """Its methods raise ProviderFailed when the provider is at fault, UpstreamRefused never."""

    def __init__(self, response: httpx2.Response, connection: Connection, model: str) -> None:
        self.connection = connection
        self._response = response
        self._model = model
        self._bytes = response.aiter_bytes()
        self._deadline = time.monotonic() + settings.UPSTREAM_TOTAL_TIMEOUT
        self._decoder = Decoder()
        self._held: list[Event] = []
        self._first = b""

    async def begin_stream(self, patience: float) -> None:
        """Waits for the first event with data. If that is an error, nothing was answered."""
        size = 0
        while not self._held or self._held[-1].data is None:
            data = await self._read(patience)
            size += len(data)
            if size > MOST_BYTES:
                raise self.failed("sent much and answered nothing")
            self._held += self._feed(data) if data else self._flush()
            if not data:
                break
        first = next((event.data for event in self._held if event.data is not None), None)
        if first is None:
            raise ProviderFailed(f"{self.connection.provider_name} answered nothing", again=not self._held)
        if first.get("error"):
            raise self.reported(first)

    async def begin_whole(self, patience: float) -> None:
        """Waits for the first bytes."""
        self._first = await self._read(patience)
        if not self._first:
            raise ProviderFailed(f"{self.connection.provider_name} answered nothing", again=True)

    async def batches(self) -> AsyncIterator[list[Event]]:
        """The events that came in one read, together."""
        held, self._held = self._held, []
        if held:
            yield held
        while data := await self._read(settings.UPSTREAM_IDLE_TIMEOUT):
            if events := self._feed(data):
                yield events
        if events := self._flush():
            yield events

    async def whole(self) -> tuple[bytes, dict[str, Any]]:
        parts, size = [self._first], len(self._first)
        while part := await self._read(settings.UPSTREAM_TOTAL_TIMEOUT):
            size += len(part)
            if size > MOST_BYTES:
                raise self.failed("sent an answer that is too long")
            parts.append(part)
        raw = b"".join(parts)
        answer = _object(raw)
        if answer is None:
            raise self.failed("sent an answer that is not a JSON object")
        if answer.get("error"):
            raise self.reported(answer)
        return raw, answer

    async def close(self, *, to_the_end: bool) -> None:
        """A response read to its end leaves a connection that can be used again; any other connection is closed."""
        try:
            if to_the_end:
                async with asyncio.timeout(1):
                    while await anext(self._bytes, b""):
                        pass
        except Exception:  # noqa: S110 (nobody waits for what comes after the end)
            pass
        finally:
            await self._response.aclose()

    def reported(self, data: dict[str, Any]) -> ProviderFailed:
        """The fault that an event with an error reports."""
        error = data["error"]
        message = error.get("message") if isinstance(error, dict) else error
        return self.failed(clean(f"reported: {message}", self.connection, self._model))

    def failed(self, what: str, *, is_down: bool | None = None) -> ProviderFailed:
        return ProviderFailed(f"{self.connection.provider_name} {what}", is_down=is_down)

    def _feed(self, data: bytes) -> list[Event]:
        try:
            return [_event(each) for each in self._decoder.feed(data)]
        except EventTooLong as error:
            raise self.failed("sent an event that is too long") from error

    def _flush(self) -> list[Event]:
        return [_event(each) for each in self._decoder.flush()]

    async def _read(self, patience: float) -> bytes:
        """b"" at the end."""
        left = self._deadline - time.monotonic()
        try:
            async with asyncio.timeout(min(patience, left)):
                return await anext(self._bytes, b"")
        except TimeoutError as error:
            what = "took too long" if left <= patience else f"was silent for {patience:g} s"
            raise self.failed(what) from error
        except Exception as error:
            raise fault(error, self.connection, self._model) from error


def _event(each: RawEvent) -> Event:
    if not each.data:
        return Event(each.raw, None)
    if each.data == DONE:
        return Event(each.raw, None, is_done=True)
    return Event(each.raw, _object(each.data) or MALFORMED)


def _object(data: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
