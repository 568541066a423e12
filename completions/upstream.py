"""Providers over the OpenAI protocol: one pool of connections for each, in each event loop.

The openai client says where a provider is and what every request carries; the bytes go through aiohttp itself, which
costs a third of what its own request does.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from time import monotonic
from urllib.request import getproxies, proxy_bypass
from weakref import WeakKeyDictionary

import aiohttp
from django.conf import settings
from openai import AsyncOpenAI, DefaultAioHttpClient
from yarl import URL

from completions.outgoing import Outgoing
from inference_catalog import pinning
from inference_catalog.connections import Connection

#: Servers such as vLLM close a connection that was idle for 5 seconds; ours must be the one that lets go first.
KEEP_ALIVE = 4.0
Key = tuple[str, str, tuple[tuple[str, str], ...], bool, bool]


@dataclass(frozen=True, slots=True)
class Client:
    session: aiohttp.ClientSession
    url: URL
    headers: Mapping[str, str]


@dataclass(slots=True)
class Kept:
    """`keeper` holds the client's session open; the loop closes it with itself (`shutdown_asyncgens`)."""

    client: Client
    keeper: AsyncGenerator[Client]
    #: By the monotonic clock, in seconds.
    asked: float


_pools: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[Key, Kept]]
_pools = WeakKeyDictionary()


async def send(
    connection: Connection, content: Outgoing, *, request_id: str, is_fresh: bool
) -> tuple[aiohttp.ClientResponse, Mapping[str, str]]:
    """The response as soon as its headers are here, whatever its status, and the headers it was asked with.

    The caller closes it. `is_fresh`: not over a pooled connection. Raises what aiohttp raises; `completions.errors`
    knows what it means.
    """
    client = await _client(connection, is_fresh=is_fresh)
    headers = {**client.headers, "X-Request-Id": request_id, "Content-Length": str(content.length)}
    response = await client.session.post(client.url, data=content.data(), headers=headers, allow_redirects=False)
    return response, headers


async def _client(connection: Connection, *, is_fresh: bool) -> Client:
    pool = _pools.setdefault(asyncio.get_running_loop(), {})
    headers = tuple(sorted(connection.headers.items()))
    key = (connection.base_url, connection.api_key, headers, connection.is_own, is_fresh)
    if key in pool:
        pool[key].asked = monotonic()
    else:
        keeper = _keep(connection, is_fresh=is_fresh)
        made = Kept(await anext(keeper), keeper, monotonic())
        if key not in pool:
            pool[key] = made
            await _close_unused(pool)
    return pool[key].client


async def _close_unused(pool: dict[Key, Kept]) -> None:
    """Whose keys or addresses changed: they were last asked so long ago that no answer can still be coming."""
    longest = settings.UPSTREAM_FIRST_CHUNK_TIMEOUT + 2 * settings.UPSTREAM_TOTAL_TIMEOUT
    since = monotonic() - longest
    unused = [pool.pop(key) for key, kept in list(pool.items()) if kept.asked < since]
    for kept in unused:
        await kept.keeper.aclose()


async def _keep(connection: Connection, *, is_fresh: bool) -> AsyncGenerator[Client]:
    url, headers = await _described(connection)
    async with _session(url, is_own=connection.is_own, is_fresh=is_fresh) as session:
        yield Client(session, url, headers)


async def _described(connection: Connection) -> tuple[URL, dict[str, str]]:
    """Where requests go, and the headers that all of them carry: the key, the provider's own, who we are."""
    async with AsyncOpenAI(
        base_url=connection.base_url,
        api_key=connection.api_key or "none",
        default_headers=dict(connection.headers),
        organization=None,
        project=None,
        http_client=DefaultAioHttpClient(),
    ) as client:
        url = URL(str(client.base_url)) / "chat/completions"
        # The client keeps the key apart from the headers that it shows.
        every = {**client.auth_headers, **client.default_headers}
        headers = {name: value for name, value in every.items() if isinstance(value, str)}
    return url, {**headers, "Host": url.raw_authority, "Accept-Encoding": "identity"}


def _session(url: URL, *, is_own: bool, is_fresh: bool) -> aiohttp.ClientSession:
    connector = pinning.for_own if is_own else aiohttp.TCPConnector
    is_direct = is_own or proxy_bypass(url.host or "")
    return aiohttp.ClientSession(
        connector=connector(limit=0, force_close=is_fresh, keepalive_timeout=None if is_fresh else KEEP_ALIVE),
        # What a provider sets in a cookie for one caller must not come back with another's request.
        cookie_jar=aiohttp.DummyCookieJar(),
        # All other patience is the engine's: it differs between the first chunk and the next.
        timeout=aiohttp.ClientTimeout(total=None, connect=settings.UPSTREAM_CONNECT_TIMEOUT),
        proxy=None if is_direct else getproxies().get(url.scheme),
    )
