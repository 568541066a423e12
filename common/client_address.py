"""Where a request comes from when proxies stand in between."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence


def client_address(*, peer: str, forwarded_for: str, trusted: Sequence[str]) -> str:
    """The nearest address that is no trusted proxy's; what lies beyond it, its sender could have made up.

    `peer` is who opened the connection, `forwarded_for` the header X-Forwarded-For, to which each proxy appends
    whom it heard from, `trusted` the addresses and networks of our own proxies.
    """
    networks = [ipaddress.ip_network(network, strict=False) for network in trusted]
    found = peer
    for step in reversed([*forwarded_for.split(","), peer]):
        try:
            address = ipaddress.ip_address(step.strip())
        except ValueError:
            break
        found = str(address)
        if not any(address in network for network in networks):
            break
    return found
