"""Which network addresses a provider may have.

Some never: link-local ones and those of cloud metadata above all, but also whatever no server is behind, and tunnels in
which another address hides. Loopback and private networks are where people run their own models: the operator's
providers may be there, a team's own only where OWN_PROVIDERS_MAY_BE_PRIVATE says so.
"""

from __future__ import annotations

import ipaddress
import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

Address = IPv4Address | IPv6Address

#: Where clouds tell a machine its secrets, beside link-local addresses.
METADATA = frozenset(
    map(ip_address, ("fd00:ec2::254", "fd20:ce::254", "100.100.100.200", "168.63.129.16", "192.0.0.192"))
)
METADATA_NAMES = frozenset(("metadata", "metadata.google.internal", "metadata.goog", "instance-data"))
#: Networks that translate to IPv4 by a well-known rule: what counts is the address within.
NAT64 = ip_network("64:ff9b::/96")
#: "This network", the old site-local space, and ways to wrap an IPv4 address: no model is behind any of them.
NEVER = tuple(
    map(ip_network, ("0.0.0.0/8", "::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16", "fec0::/10", "::ffff:0:0:0/96"))
)
#: The second half of an interface ID that holds an IPv4 address (ISATAP).
ISATAP = (0x00005EFE, 0x02005EFE)


#: The system's resolver.
lookup = socket.getaddrinfo


class AddressRefused(OSError):
    """An OSError, so that whoever connects treats it like a server that cannot be reached."""


def plain(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for, or the address itself."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped:
        return address.ipv4_mapped
    return IPv4Address(int(address) & 0xFFFFFFFF) if address in NAT64 else address


def is_never(address: Address) -> bool:
    """Refused to everybody."""
    address = plain(address)
    if address.is_loopback:
        return False
    if address in METADATA or any(address in network for network in NEVER if network.version == address.version):
        return True
    if isinstance(address, IPv6Address) and (int(address) >> 32) & 0xFFFFFFFF in ISATAP:
        return True
    return address.is_link_local or address.is_multicast or address.is_unspecified or address.is_reserved


def is_private(address: Address) -> bool:
    """Loopback, private networks, and whatever else is not reached over the internet."""
    return not plain(address).is_global


def check(address: Address, *, may_be_private: bool, host: str = "") -> None:
    """Raises AddressRefused with the sentence for people.

    It names the host if there is one: which address is behind a name of a private network is nothing to tell.
    """
    if is_never(address):
        raise AddressRefused(f"{host or address} is not an address that a provider may have")
    if is_private(address) and not may_be_private:
        where = "is in a private network, where this server does not call a team's provider"
        raise AddressRefused(f"{host or address} {where}")


def spelled_out(host: str) -> list[Address]:
    """The address that a host spells out, in any notation a resolver takes (169.254.1.1, 0xa9fe0101, 2851995905)."""
    try:
        return _found(host, None, socket.AI_NUMERICHOST)
    except (OSError, UnicodeError):
        return []


def resolved(host: str, port: int | None, *, may_be_private: bool) -> list[Address]:
    """All addresses of a name, once every one of them is found good.

    Raises AddressRefused if any is not, another OSError (or UnicodeError) if the name is not found.
    """
    if host.rstrip(".").lower() in METADATA_NAMES:
        raise AddressRefused(f"{host} is not an address that a provider may have")
    found = _found(host, port)
    for address in found:
        check(address, may_be_private=may_be_private, host=host)
    return found


def _found(host: str, port: int | None, flags: int = 0) -> list[Address]:
    entries = lookup(host, port, type=socket.SOCK_STREAM, flags=flags)
    return list(dict.fromkeys(ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in entries))
