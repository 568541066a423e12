"""Connections to where a team's admin said: to addresses that were checked, and to no other.

The name is resolved once for a connection, every address is checked, and the socket is made for one of these: a name
that is given another address a moment later (DNS rebinding) changes nothing. No proxy stands between, for it would
resolve the name by itself.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from ipaddress import ip_address
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from django.conf import settings

from inference_catalog import addresses

#: Threads of their own: names that nobody answers for would hold up whatever else waits for the loop's.
_resolving = ThreadPoolExecutor(max_workers=16, thread_name_prefix="resolving")


class CheckedResolver(AbstractResolver):
    def __init__(self, *, may_be_private: bool) -> None:
        self._may_be_private = may_be_private

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        del family  # Every address of the name is checked, whichever will be used.
        resolved = partial(addresses.resolved, may_be_private=self._may_be_private)
        found = await asyncio.get_running_loop().run_in_executor(_resolving, resolved, host, port)
        return [
            ResolveResult(
                hostname=host,
                host=str(address),
                port=port,
                family=socket.AF_INET if address.version == 4 else socket.AF_INET6,
                proto=0,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for address in found
        ]

    async def close(self) -> None:
        pass


def connector(*, may_be_private: bool, **options: Any) -> aiohttp.TCPConnector:
    resolver = CheckedResolver(may_be_private=may_be_private)
    checked = partial(_checked_socket, may_be_private=may_be_private)
    return aiohttp.TCPConnector(resolver=resolver, socket_factory=checked, **options)


def for_own(**options: Any) -> aiohttp.TCPConnector:
    """To what a team's admins connected."""
    return connector(may_be_private=settings.OWN_PROVIDERS_MAY_BE_PRIVATE, **options)


def _checked_socket(info: Any, *, may_be_private: bool) -> socket.socket:
    """The last gate, which an address in the URL comes through too: it is never resolved."""
    family, kind, protocol, _, place = info
    address = ip_address(str(place[0]).partition("%")[0])
    addresses.check(address, may_be_private=may_be_private)
    return socket.socket(family=family, type=kind, proto=protocol)


def refusal(error: BaseException) -> addresses.AddressRefused | None:
    """The address's fault in an exception of aiohttp, wherever it was wrapped in."""
    return next((cause for cause in causes(error) if isinstance(cause, addresses.AddressRefused)), None)


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """The exception and, from the last to the first, those that led to it."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
