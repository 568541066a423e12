"""The rule for the base URL of a provider, the same for settings and staff.

It is http or https, names a host and holds no user, password, query or fragment. Loopback and private networks are
where people run their own models, so they are allowed; addresses that no model is ever behind, link-local ones and
those of cloud metadata above all, are refused in whatever notation they come. Redirects are not followed.
"""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError

#: Where clouds tell a machine its secrets, beside link-local addresses.
METADATA = frozenset(
    map(ipaddress.ip_address, ("fd00:ec2::254", "fd20:ce::254", "100.100.100.200", "168.63.129.16", "192.0.0.192"))
)
METADATA_NAMES = frozenset(("metadata", "metadata.google.internal", "metadata.goog", "instance-data"))

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def check(url: str) -> None:
    """Raises ValidationError with the sentence for people."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError as error:
        raise ValidationError(f"{url!r} is not a URL.") from error
    if parts.scheme not in ("http", "https") or not host:
        raise ValidationError("A base URL begins with http:// or https:// and names a host.")
    if parts.username is not None or parts.password is not None:
        raise ValidationError("A base URL holds no user or password: give the key on its own.")
    if parts.query or parts.fragment:
        raise ValidationError("A base URL ends with its path: no ? and no #.")
    if host.rstrip(".") in METADATA_NAMES or any(map(_is_refused, _addresses(host))):
        raise ValidationError(f"{host} is not an address that a provider may have.")


def _addresses(host: str) -> list[Address]:
    """The address that a host spells out, in any notation a resolver takes (169.254.1.1, 0xa9fe0101, 2851995905)."""
    try:
        found = socket.getaddrinfo(host, None, flags=socket.AI_NUMERICHOST)
    except (OSError, UnicodeError):
        return []
    return [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]


def _is_refused(address: Address) -> bool:
    plain = (address.ipv4_mapped or address) if isinstance(address, ipaddress.IPv6Address) else address
    if plain.is_loopback:
        return False
    return plain in METADATA or plain.is_link_local or plain.is_multicast or plain.is_unspecified or plain.is_reserved
