"""Where a request comes from, and whether Lineup may serve it there.

The country is what a trusted proxy says in COUNTRY_HEADER, else what the file GEOIP_DATABASE says of the address. Where
neither knows one, as for private addresses, the request is served.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import maxminddb
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from common.client_address import client_address, is_trusted, parsed
from common.errors import CountryNotSupported

#: What proxies say when they do not know.
NOWHERE = "XX"


@dataclass(frozen=True, slots=True)
class Place:
    address: str
    #: Two letters; empty if it is unknown, or nobody asks.
    country: str

    def check(self) -> None:
        """Raises CountryNotSupported."""
        if self.country in settings.BLOCKED_COUNTRIES:
            raise CountryNotSupported


def place_of(scope: Mapping[str, Any]) -> Place:
    """Of an ASGI connection."""
    peer = str((scope.get("client") or ("",))[0])
    forwarded_for = _said(scope, "x-forwarded-for") if settings.TRUSTED_PROXIES else ""
    address = client_address(peer=peer, forwarded_for=forwarded_for, trusted=settings.TRUSTED_PROXIES)
    return Place(address, _country(scope, peer, address) if settings.BLOCKED_COUNTRIES else "")


def _country(scope: Mapping[str, Any], peer: str, address: str) -> str:
    if settings.COUNTRY_HEADER and is_trusted(peer, settings.TRUSTED_PROXIES):
        # Said twice, the last was said by the nearest.
        said = _said(scope, settings.COUNTRY_HEADER).rpartition(",")[2].strip().upper()
        if len(said) == 2 and said != NOWHERE:
            return said
    return _looked_up(settings.GEOIP_DATABASE, address) if settings.GEOIP_DATABASE else ""


def _said(scope: Mapping[str, Any], header: str) -> str:
    """All that is said under this name, in its order, as if it were one header."""
    name = header.lower().encode()
    return ",".join(value.decode("latin-1") for key, value in scope["headers"] if key.lower() == name)


@lru_cache(maxsize=10_000)
def _looked_up(database: str, text: str) -> str:
    address = parsed(text)
    if address is None or address.is_private or (address.version == 6 and not _reads_ipv6(database)):
        return ""
    found: Any = _opened(database).get(address)
    for key in ("country", "registered_country", "country_code"):
        value = found.get(key) if isinstance(found, dict) else None
        code = value.get("iso_code") if isinstance(value, dict) else value
        if isinstance(code, str) and len(code) == 2:
            return code.upper()
    return ""


def _reads_ipv6(database: str) -> bool:
    return _opened(database).metadata().ip_version == 6


@cache
def _opened(database: str) -> maxminddb.Reader:
    return maxminddb.open_database(database)


def check_settings() -> None:
    """Refuses to start with a restriction that would never hold."""
    if settings.GEOIP_DATABASE:
        _open_first(settings.GEOIP_DATABASE)
    if settings.COUNTRY_HEADER and not settings.TRUSTED_PROXIES:
        raise ImproperlyConfigured(
            "COUNTRY_HEADER is believed from TRUSTED_PROXIES alone, and there are none: name your proxies."
        )
    if settings.BLOCKED_COUNTRIES and not (settings.COUNTRY_HEADER or settings.GEOIP_DATABASE):
        raise ImproperlyConfigured(
            "BLOCKED_COUNTRIES needs COUNTRY_HEADER or GEOIP_DATABASE: without one no country is ever known."
        )


def _open_first(database: str) -> None:
    try:
        _opened(database).get("192.0.2.1")
    except OSError as error:
        raise ImproperlyConfigured(f"GEOIP_DATABASE cannot be read: {error}.") from error
    except (maxminddb.InvalidDatabaseError, ValueError) as error:
        raise ImproperlyConfigured(f"GEOIP_DATABASE is no MaxMind database: {database}.") from error
