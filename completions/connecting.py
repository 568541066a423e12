"""Connecting to one provider after the other, until one begins to answer: failover, and the retry before it."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx2
from django.conf import settings

from billing import writer
from billing.models import Reservation
from common.chat import ChatRequest
from common.errors import UpstreamUnavailable
from completions import upstream
from completions.errors import ProviderFailed, fault
from completions.meter import Meter
from completions.routes import Route, forget
from completions.stream import Response
from inference_catalog import health
from inference_catalog.connections import Connection

#: Seconds.
REPEATED_EVERY = 10.0
#: Headers that say nothing secret; the values of all others are masked.
PLAIN = {
    "accept", "accept-encoding", "connection", "content-length", "content-type", "host", "openai-project", "user-agent"
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Exchange:
    """A response that has begun, and the request that brought it about."""

    response: Response
    request: httpx2.Request
    body: dict[str, Any]

    def sent(self) -> dict[str, Any]:
        """The exact request as people may see it: no secret is in it."""
        parts = urlsplit(str(self.request.url))
        url = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
        return {
            "method": self.request.method, "url": url, "headers": masked(self.request.headers), "body": self.body
        }  # fmt: skip


def masked(headers: Mapping[str, str]) -> dict[str, str]:
    return {
        name: value if name.lower() in PLAIN or name.lower().startswith("x-stainless") else "•••"
        for name, value in headers.items()
    }


async def connect(request: ChatRequest, route: Route, reservation: Reservation, meter: Meter) -> Exchange:
    """Raises UpstreamRefused when a provider finds fault with the request, UpstreamUnavailable when all failed."""
    reasons = []
    for connection in route.connections:
        body = body_for(request, connection, route, reservation)
        for is_fresh in (False, True):
            try:
                exchange = await _exchange(connection, body, request, route, reservation, meter, is_fresh)
            except ProviderFailed as failed:
                meter.was_asked = False
                if failed.again and not is_fresh:
                    continue
                _report(connection, failed)
                reasons.append(failed.reason)
                break
            _report(connection, None)
            return exchange
    raise UpstreamUnavailable("; ".join(reasons))


async def _exchange(
    connection: Connection,
    body: dict[str, Any],
    request: ChatRequest,
    route: Route,
    reservation: Reservation,
    meter: Meter,
    is_fresh: bool,
) -> Exchange:
    """A provider that streams begins soon or never; one that answers whole is silent until it is done."""
    patience = settings.UPSTREAM_FIRST_CHUNK_TIMEOUT if request.stream else settings.UPSTREAM_TOTAL_TIMEOUT
    meter.was_asked = True
    raw = await _send(connection, body, reservation, route.model, patience, is_fresh)
    response = Response(raw, connection, route.model)
    try:
        await (response.begin_stream(patience) if request.stream else response.begin_whole(patience))
    except BaseException:
        await asyncio.shield(response.close(to_the_end=False))
        raise
    return Exchange(response, raw.request, body)


async def _send(
    connection: Connection, body: dict[str, Any], reservation: Reservation, model: str, patience: float, is_fresh: bool
) -> httpx2.Response:
    try:
        async with asyncio.timeout(patience):
            return await upstream.send(connection, body, request_id=str(reservation.pk), is_fresh=is_fresh)
    except TimeoutError as error:
        reason = f"{connection.provider_name} did not answer within {patience:g} s"
        raise ProviderFailed(reason, is_down=True) from error
    except Exception as error:
        raise fault(error, connection, model) from error


def body_for(request: ChatRequest, connection: Connection, route: Route, reservation: Reservation) -> dict[str, Any]:
    """The caller's body for this provider: usage is always asked for, and output ends where what is held ends."""
    body = {**request.body, "model": connection.upstream_id}
    if request.stream:
        options = body.get("stream_options")
        body["stream_options"] = {**(options if isinstance(options, dict) else {}), "include_usage": True}
    if request.max_output is None and (route.known_output is None or reservation.output_limit < route.known_output):
        body["max_tokens"] = reservation.output_limit
    return body


_reported: dict[uuid.UUID, tuple[bool, float]] = {}


def _report(connection: Connection, failed: ProviderFailed | None) -> None:
    """Tells the catalog, in the thread that may write: what is new at once, what it knows now and then."""
    if failed is not None and not failed.is_down:
        return
    if failed is not None:
        forget()
    is_up, now = failed is None, time.monotonic()
    was_up, until = _reported.get(connection.provider_id, (None, 0.0))
    if was_up is not is_up or until < now:
        _reported[connection.provider_id] = (is_up, now + REPEATED_EVERY)
        detail = failed.reason if failed else ""
        writer.run(lambda: health.report(connection.provider_id, ok=is_up, detail=detail))
