"""One upstream response, read under the engine's patience: events of a stream, or the whole of an answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
from django.conf import settings

from completions.errors import ProviderFailed, clean, fault
from completions.events import Event, Reader, json_object
from completions.patience import Patience
from completions.sse import EventTooLong
from inference_catalog.connections import Connection

#: Most bytes of an answer that comes in one piece, and of what comes before a stream's first data.
MOST_BYTES, MOST_BEFORE = 64 * 1024 * 1024, 16 * 1024 * 1024
#: So many of the last comments before the first data are passed on: millions fit into what a provider may send.
KEPT = 100
#: What is read at once is held several times, in pieces and parsed, for as long as a slow caller takes for it.
MOST_AT_ONCE = 64 * 1024


class Response:
    """Its methods raise ProviderFailed when the provider is at fault, UpstreamRefused never."""

    def __init__(self, response: aiohttp.ClientResponse, connection: Connection, model: str) -> None:
        self.connection = connection
        self._response = response
        self._model = model
        self._patience = Patience(response.content, settings.UPSTREAM_TOTAL_TIMEOUT)
        self._reader = Reader()
        self._held: list[Event] = []
        self._first = b""
        self.began_at = time.monotonic()

    async def begin_stream(self, patience: float) -> None:
        """Waits for the first event with data. If that is an error, nothing was answered."""
        size, first = 0, None
        while first is None:
            data = await self._read(patience)
            size += len(data)
            if size > MOST_BEFORE:
                raise self.failed("sent much and answered nothing")
            events = self._feed(data) if data else self._reader.flush()
            self._held += events
            first = next((event.data for event in events if event.data is not None), None)
            if not data or any(event.is_done for event in events):
                break
            if first is None:
                self._held = self._held[-KEPT:]
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
        if events := self._reader.flush():
            yield events

    async def whole(self) -> tuple[bytes, dict[str, Any]]:
        parts, size = [self._first], len(self._first)
        while part := await self._read(settings.UPSTREAM_TOTAL_TIMEOUT):
            size += len(part)
            if size > MOST_BYTES:
                raise self.failed("sent an answer that is too long")
            parts.append(part)
        raw = b"".join(parts)
        answer = json_object(raw)
        if answer is None:
            raise self.failed("sent an answer that is not a JSON object")
        if answer.get("error"):
            raise self.reported(answer)
        return raw, answer

    @property
    def is_over(self) -> bool:
        """Read to its end, so that its connection has gone back to the pool by itself."""
        return self._response.content.at_eof()

    def close(self) -> None:
        """Closes the connection, unless all was read: then it can be used again."""
        self._patience.end()
        self._response.release() if self.is_over else self._response.close()

    async def close_after_the_end(self) -> None:
        """Nobody waits for what comes after the last event; but read to its end, the connection can be used again."""
        try:
            async with asyncio.timeout(1):
                while await self._response.content.read(MOST_AT_ONCE):
                    pass
        except Exception:  # noqa: S110 (whatever went wrong here went wrong after the answer)
            pass
        finally:
            self.close()

    def reported(self, data: dict[str, Any]) -> ProviderFailed:
        """The fault that an event with an error reports."""
        error = data["error"]
        message = error.get("message") if isinstance(error, dict) else error
        return self.failed(clean(f"reported: {message}", self.connection, self._model))

    def failed(self, what: str, *, is_down: bool | None = None) -> ProviderFailed:
        return ProviderFailed(f"{self.connection.provider_name} {what}", is_down=is_down)

    def _feed(self, data: bytes) -> list[Event]:
        try:
            return self._reader.feed(data)
        except EventTooLong as error:
            raise self.failed("sent an event that is too long") from error

    async def _read(self, patience: float) -> bytes:
        """b"" at the end."""
        self._patience.begin(patience)
        try:
            return await self._response.content.read(MOST_AT_ONCE)
        except TimeoutError as error:
            what = "took too long" if self._patience.is_used_up else f"was silent for {patience:g} s"
            raise self.failed(what) from error
        except Exception as error:
            raise fault(error, self.connection) from error
        finally:
            self._patience.rest()
