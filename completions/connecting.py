"""Connecting to one provider after the other, until one begins to answer: failover, and the retry before it."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientResponse
from django.conf import settings

from billing import writer
from billing.models import Reservation
from common.chat import ChatRequest
from common.errors import UpstreamUnavailable
from completions import upstream
from completions.errors import ProviderFailed, fault, fault_of_status
from completions.meter import Meter
from completions.outgoing import Outgoing, outgoing
from completions.routes import Route, forget
from completions.stream import Response
from inference_catalog import health
from inference_catalog.connections import Connection

#: Seconds.
REPEATED_EVERY = 10.0
#: Bytes of an answer that says what went wrong.
MOST_OF_ERROR = 64 * 1024
#: Headers that say nothing secret; the values of all others are masked.
PLAIN = {
    "accept", "accept-encoding", "connection", "content-length", "content-type", "host", "openai-project", "user-agent"
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Exchange:
    """A response that has begun, and the request that brought it about."""

    response: Response
    url: str
    headers: Mapping[str, str]
    body: dict[str, Any]

    def sent(self) -> dict[str, Any]:
        """The exact request as people may see it: no secret is in it."""
        parts = urlsplit(self.url)
        url = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
        connection = self.response.connection
        secret = frozenset(map(str.lower, connection.headers)) if connection.is_own else frozenset()
        return {"method": "POST", "url": url, "headers": masked(self.headers, secret), "body": self.body}


def masked(headers: Mapping[str, str], secret: frozenset[str] = frozenset()) -> dict[str, str]:
    """`secret`: names of headers that are masked whatever they are, in lower case."""
    return {name: value if _is_plain(name.lower(), secret) else "•••" for name, value in headers.items()}


def _is_plain(name: str, secret: frozenset[str]) -> bool:
    return name not in secret and (name in PLAIN or name.startswith("x-stainless"))


async def connect(request: ChatRequest, route: Route, reservation: Reservation, meter: Meter) -> Exchange:
    """Raises UpstreamRefused when a provider finds fault with the request, UpstreamUnavailable when all failed."""
    reasons = []
    for connection in route.connections:
        body = body_for(request, connection, route, reservation)
        content = await outgoing(body)
        for is_fresh in (False, True):
            asking = Asking(connection, body, content, request.stream, reservation, route.model)
            try:
                meter.was_asked = True
                exchange = await _exchange(asking, is_fresh=is_fresh)
            except ProviderFailed as failed:
                meter.was_asked = False
                if failed.again and not is_fresh:
                    continue
                _report(connection, failed)
                reasons.append(failed.reason)
                break
            _report(connection, None)
            meter.answered_at = exchange.response.began_at
            return exchange
    raise UpstreamUnavailable("; ".join(reasons))


@dataclass(frozen=True, slots=True)
class Asking:
    """One provider, and what it is asked."""

    connection: Connection
    body: dict[str, Any]
    content: Outgoing
    is_streamed: bool
    reservation: Reservation
    model: str

    @property
    def patience(self) -> float:
        """A provider that streams begins soon or never; one that answers whole is silent until it is done."""
        return settings.UPSTREAM_FIRST_CHUNK_TIMEOUT if self.is_streamed else settings.UPSTREAM_TOTAL_TIMEOUT


async def _exchange(asking: Asking, *, is_fresh: bool) -> Exchange:
    raw, headers = await _send(asking, is_fresh=is_fresh)
    response = Response(raw, asking.connection, asking.model)
    try:
        await (response.begin_stream if asking.is_streamed else response.begin_whole)(asking.patience)
    except BaseException:
        response.close()
        raise
    return Exchange(response, str(raw.url), headers, asking.body)


async def _send(asking: Asking, *, is_fresh: bool) -> tuple[ClientResponse, Mapping[str, str]]:
    """The response whose headers are here and good."""
    connection = asking.connection
    try:
        async with asyncio.timeout(asking.patience):
            raw, headers = await upstream.send(
                connection, asking.content, request_id=str(asking.reservation.pk), is_fresh=is_fresh
            )
            if 200 <= raw.status < 300:
                return raw, headers
            async with raw:
                error = fault_of_status(raw.status, await _beginning(raw), connection, asking.model)
    except Exception as failed:
        if isinstance(failed, TimeoutError) and not isinstance(failed, ClientError):
            reason = f"{connection.provider_name} did not answer within {asking.patience:g} s"
            raise ProviderFailed(reason, is_down=True) from failed
        raise fault(failed, connection) from failed
    raise error


async def _beginning(raw: ClientResponse) -> bytes:
    body = b""
    while len(body) < MOST_OF_ERROR and (part := await raw.content.readany()):
        body += part
    return body


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
