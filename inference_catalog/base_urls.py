"""The rule for the base URL of a provider, the same for settings, staff and teams.

It is http or https, names a host and holds no user, password, query or fragment. Where it may lead is for
inference_catalog/addresses.py to say; of a team's own provider that is asked again, of every address, whenever it is
called (inference_catalog/pinning.py). Redirects are not followed.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError

from inference_catalog import addresses

#: What some readers of URLs drop or turn into something else, so that two of them see two hosts.
NOT_READ_ALIKE = re.compile(r"[\s\x00-\x1f\x7f\\]")

VERSION = re.compile(r"/v\d+[a-z0-9]*/?\Z")


def check(url: str) -> None:
    """Raises ValidationError with the sentence for people."""
    host = _host(url)
    if host.rstrip(".") in addresses.METADATA_NAMES or any(map(addresses.is_never, addresses.spelled_out(host))):
        raise ValidationError(f"{host} is not an address that a provider may have.")


def check_own(url: str) -> None:
    """The stricter rule for what a team's admin types. A name that is not found yet may be found when it is called."""
    host = _host(url)
    if "%" in host:
        # An interface of this machine, or a host in disguise.
        raise ValidationError(f"{host} is not an address that a provider may have.")
    try:
        addresses.resolved(host, None, may_be_private=settings.OWN_PROVIDERS_MAY_BE_PRIVATE)
    except addresses.AddressRefused as refused:
        raise ValidationError(f"{refused}.") from refused
    except (OSError, UnicodeError):
        check(url)


def has_version(url: str) -> bool:
    """Whether it ends as most APIs do; where nothing is found below one that does not, that is worth a question."""
    return VERSION.search(url) is not None


def _host(url: str) -> str:
    if NOT_READ_ALIKE.search(url):
        raise ValidationError("A base URL has no spaces, control characters or backslashes.")
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
    return host
