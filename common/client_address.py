"""Where a request comes from when proxies stand in between."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address


def client_address(*, peer: str, forwarded_for: str, trusted: Sequence[str]) -> str:
    """The nearest address that is no trusted proxy's; what lies beyond it, its sender could have made up.

    `peer` is who opened the connection, `forwarded_for` the header X-Forwarded-For, to which each proxy appends
    whom it heard from, `trusted` the addresses and networks of our own proxies.
    """
    found = peer
    for step in reversed([*forwarded_for.split(","), peer]):
        address = parsed(step)
        if address is None:
            break
        found = str(address)
        if not _is_within(address, tuple(trusted)):
            break
    return found


def is_trusted(peer: str, trusted: Sequence[str]) -> bool:
    address = parsed(peer)
    return address is not None and _is_within(address, tuple(trusted))


@lru_cache(maxsize=4096)
def parsed(text: str) -> Address | None:
    """None for what is no address. An IPv4 address that came through an IPv6 socket is that IPv4 address."""
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def _is_within(address: Address, trusted: tuple[str, ...]) -> bool:
    return any(address in network for network in _networks(trusted))


@lru_cache(maxsize=16)
def _networks(words: tuple[str, ...]) -> list[IPv4Network | IPv6Network]:
    return [ip_network(word, strict=False) for word in words]
