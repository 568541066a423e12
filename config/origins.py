"""Who may open a socket: the pages we serve, as with forms. Another port of our host is somebody else's page."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from channels.security.websocket import WebsocketDenier
from django.conf import settings
from django.http.request import split_domain_port, validate_host
from django.utils.http import is_same_domain


class SameOrigin:
    """In front of an application for sockets."""

    def __init__(self, application: Any) -> None:
        self.application = application

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        headers = {name: value.decode("latin-1").lower() for name, value in scope["headers"]}
        is_ours = _is_ours(headers.get(b"origin", ""), headers.get(b"host", ""))
        chosen: Any = self.application if is_ours else WebsocketDenier()
        await chosen(scope, receive, send)


def _is_ours(origin: str, host: str) -> bool:
    """Django's own rule for forms, but for the scheme, of which the proxy that ends TLS does not tell us."""
    _, separator, netloc = origin.partition("://")
    if separator and netloc == host and validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS):
        return True
    return any(_matches(origin, trusted) for trusted in settings.CSRF_TRUSTED_ORIGINS)


def _matches(origin: str, trusted: str) -> bool:
    scheme, _, netloc = origin.partition("://")
    pattern = urlsplit(trusted.lower())
    return scheme == pattern.scheme and is_same_domain(netloc, pattern.netloc.removeprefix("*"))
