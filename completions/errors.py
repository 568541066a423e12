"""What went wrong at a provider, in our words: whose fault it is, whether another may do better, what people read."""

from __future__ import annotations

import json
import re
from typing import Any

import aiohttp

from common.errors import UpstreamRefused
from common.texts import storable
from inference_catalog import pinning
from inference_catalog.connections import Connection

#: 4xx that are not about the request: our key, our account with the provider, its model list, its load.
NOT_THE_CALLERS = {401, 402, 403, 404, 405, 407, 408, 409, 425, 429}
OPERATORS = {
    401: "refuses the key it was given",
    402: "asks for payment",
    403: "refuses the key it was given",
    404: "does not know the model or the address",
    405: "does not know the address",
    407: "is behind a proxy that wants a password",
    429: "is asked too often",
}
DOWN = {401, 402, 403, 407, 502, 503, 504}
LONGEST = 500
_ADDRESS = re.compile(r"\b[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE)


class ProviderFailed(Exception):
    """Another provider may do better.

    `again`: nothing was received, so the same one may be asked once more on another connection.
    `is_down`: what it says about the provider's health; None if nothing.
    """

    def __init__(self, reason: str, *, again: bool = False, is_down: bool | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.again = again
        self.is_down = is_down


def fault(error: Exception, connection: Connection) -> ProviderFailed:
    """What an exception of aiohttp means."""
    name = connection.provider_name
    if connection.is_own and pinning.refusal(error):
        return ProviderFailed(f"{name} is at an address that a team's provider may not have", is_down=True)
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return ProviderFailed(f"{name} cannot be reached in time", is_down=True)
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.InvalidURL):
        return ProviderFailed(f"{name} cannot be reached", is_down=True)
    return ProviderFailed(f"{name} closed the connection", again=True, is_down=True)


def fault_of_status(status: int, body: bytes, connection: Connection, model: str) -> ProviderFailed | UpstreamRefused:
    """What an answer means that is none: `body` is its beginning."""
    if 400 <= status < 500 and status not in NOT_THE_CALLERS:
        return refusal(status, _error(body), connection, model)
    what = OPERATORS.get(status, f"answered {status}")
    return ProviderFailed(f"{connection.provider_name} {what}", is_down=True if status in DOWN else None)


def _error(body: bytes) -> object:
    """The error object, which most put under `error` and some are themselves."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return value.get("error", value) if isinstance(value, dict) else None


def refusal(status: int, body: object, connection: Connection, model: str) -> UpstreamRefused:
    """The provider's sentence to our caller, without what is only ours to know."""
    inner: dict[str, Any] = body if isinstance(body, dict) else {}
    message = _text(inner.get("message")) or _text(inner.get("detail")) or "The provider refused the request."
    words = (_text(inner.get("code")), _text(inner.get("param")))
    code, param = (word and clean(word, connection, model) for word in words)
    if code is None or code.isdecimal():
        code = "context_length_exceeded" if "context length" in message.lower() else None
    return UpstreamRefused(status, clean(message, connection, model), param=param, code=code or "invalid_request")


def _text(value: object) -> str | None:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) and str(value) else None


def clean(message: str, connection: Connection, model: str) -> str:
    secrets = (connection.api_key, *(connection.headers.values() if connection.is_own else ()))
    # One may begin another: of the longest nothing may be left.
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        message = message.replace(secret, "…")
    message = _ADDRESS.sub("…", message).replace(connection.upstream_id, model)
    return storable(message[:LONGEST])
