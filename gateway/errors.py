"""Every answer that is no answer: a JSON error object, whatever went wrong."""

from __future__ import annotations

import logging

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from billing.room import Room
from common.errors import (
    BadRequest,
    ConcurrencyLimitReached,
    LineupError,
    MethodNotAllowed,
    Overloaded,
    QuotaExceeded,
    ServerFault,
)
from common.ids import uuid7
from gateway import ratelimits

log = logging.getLogger(__name__)

#: What clients that try again by themselves should know.
ADVICE: dict[type[LineupError], dict[str, str]] = {
    ConcurrencyLimitReached: {"retry-after": "1", "retry-after-ms": "500"},
    QuotaExceeded: {"x-should-retry": "false"},
    Overloaded: {"retry-after": "1"},
}


class NoSuchAddress(LineupError):
    status, type, code = 404, "invalid_request_error", "unknown_url"


async def refused(_request: Request, error: Exception) -> JSONResponse:
    fault = error if isinstance(error, LineupError) else ServerFault()
    return answer(fault)


async def not_served(request: Request, error: Exception) -> JSONResponse:
    """What Starlette finds wrong with the request itself."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status == 404:
        return answer(NoSuchAddress(f"There is nothing at {request.method} {request.url.path[:200]}."))
    if status == 405:
        allowed = (error.headers or {}) if isinstance(error, HTTPException) else {}
        return answer(MethodNotAllowed(), dict(allowed))
    return answer(BadRequest() if status < 500 else ServerFault())


async def broken(request: Request, error: Exception) -> JSONResponse:
    log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return answer(ServerFault())


def answer(error: LineupError, headers: dict[str, str] | None = None) -> JSONResponse:
    advice = next((advice for kind, advice in ADVICE.items() if isinstance(error, kind)), {})
    limits = ratelimits.headers(Room(error.limit, 0)) if isinstance(error, ConcurrencyLimitReached) else {}
    own = {"x-request-id": str(uuid7()), **advice, **limits, **(headers or {})}
    return JSONResponse(error.body(), status_code=error.status, headers=own)
