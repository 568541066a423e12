"""Providers over the OpenAI protocol: one pool of connections for each, in each event loop."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, cast
from weakref import WeakKeyDictionary

import aiohttp
import httpx2
from django.conf import settings
from openai import AsyncOpenAI, AsyncStream, DefaultAioHttpClient

from inference_catalog.connections import Connection

#: Servers such as vLLM close a connection that was idle for 5 seconds; ours must be the one that lets go first.
KEEP_ALIVE = 4.0
Key = tuple[str, str, tuple[tuple[str, str], ...], bool]
#: The generators hold their clients open; the loop closes them with itself (`shutdown_asyncgens`).
_pools: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[Key, tuple[AsyncOpenAI, AsyncGenerator[AsyncOpenAI]]]]
_pools = WeakKeyDictionary()


async def send(connection: Connection, body: dict[str, Any], *, request_id: str, is_fresh: bool) -> httpx2.Response:
    """The response as soon as its headers are here; the caller closes it. `is_fresh`: not over a pooled connection.

    Raises what openai raises; `completions.errors` knows what it means.
    """
    client = await _client(connection, is_fresh=is_fresh)
    response: Any = await client.post(
        "/chat/completions",
        cast_to=httpx2.Response,
        content=json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(errors="surrogatepass"),
        stream=True,
        stream_cls=AsyncStream[Any],
        options={"headers": {"X-Request-Id": request_id, "Accept-Encoding": "identity"}},
    )
    return cast("httpx2.Response", response)


async def _client(connection: Connection, *, is_fresh: bool) -> AsyncOpenAI:
    pool = _pools.setdefault(asyncio.get_running_loop(), {})
    key = (connection.base_url, connection.api_key, tuple(sorted(connection.headers.items())), is_fresh)
    if key not in pool:
        keeper = _keep(connection, key)
        pool[key] = (await anext(keeper), keeper)
    return pool[key][0]


async def _keep(connection: Connection, key: Key) -> AsyncGenerator[AsyncOpenAI]:
    async with _open(connection, is_fresh=key[-1]) as client:
        try:
            yield client
        finally:
            _pools.get(asyncio.get_running_loop(), {}).pop(key, None)


def _open(connection: Connection, *, is_fresh: bool) -> AsyncOpenAI:
    def session() -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            limit=0, force_close=is_fresh, keepalive_timeout=None if is_fresh else KEEP_ALIVE
        )
        return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())

    # Patience is the engine's: it differs between the first chunk and the next.
    patience = httpx2.Timeout(None, connect=settings.UPSTREAM_CONNECT_TIMEOUT)
    # What a provider sets in a cookie for one caller must not come back with another's request.
    forgetful = CookieJar(policy=DefaultCookiePolicy(allowed_domains=()))
    http = DefaultAioHttpClient(timeout=patience, follow_redirects=False, cookies=forgetful)
    transport: Any = http._transport
    transport.client = session
    return AsyncOpenAI(
        base_url=connection.base_url,
        api_key=connection.api_key or "none",
        default_headers=dict(connection.headers),
        organization=None,
        project=None,
        max_retries=0,
        timeout=patience,
        http_client=http,
    )
