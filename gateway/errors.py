"""Every answer that is no answer: a JSON error object, whatever went wrong."""

from __future__ import annotations

import logging
import re

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from billing.room import Room
from common.errors import (
    BadRequest,
    ConcurrencyLimitReached,
    Draining,
    LineupError,
    MethodNotAllowed,
    NotAuthenticated,
    Overloaded,
    QuotaExceeded,
    ServerFault,
)
from common.ids import uuid7
from common.texts import storable
from gateway import ratelimits

log = logging.getLogger(__name__)

#: What clients that try again by themselves should know.
ADVICE: dict[type[LineupError], dict[str, str]] = {
    NotAuthenticated: {"www-authenticate": "Bearer"},
    ConcurrencyLimitReached: {"retry-after": "1", "retry-after-ms": "500"},
    QuotaExceeded: {"x-should-retry": "false"},
    # A connection that is kept would come back to this process.
    Draining: {"retry-after": "1", "retry-after-ms": "1000", "connection": "close"},
    Overloaded: {"retry-after": "1", "retry-after-ms": "1000"},
}
_KEY = re.compile(r"lineup-[0-9a-f]{8,}")


class NoSuchAddress(LineupError):
    status, type, code = 404, "invalid_request_error", "unknown_url"


async def refused(_request: Request, error: Exception) -> JSONResponse:
    fault = error if isinstance(error, LineupError) else ServerFault()
    return answer(fault)


async def not_served(request: Request, error: Exception) -> Response:
    """What Starlette finds wrong with the request itself."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status == 404:
        return answer(NoSuchAddress(f"There is nothing at {request.method} {request.url.path[:200]}."))
    if status == 405:
        allowed = dict((error.headers or {}) if isinstance(error, HTTPException) else {})
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=allowed)
        return answer(MethodNotAllowed(), allowed)
    return answer(BadRequest() if status < 500 else ServerFault())


async def broken(request: Request, error: Exception) -> JSONResponse:
    told = answer(ServerFault())
    identity = told.headers["x-request-id"]
    log.error("%s %s failed: request %s", request.method, request.url.path, identity, exc_info=error)
    return told


def answer(error: LineupError, headers: dict[str, str] | None = None) -> JSONResponse:
    own = {"x-request-id": error.request_id or str(uuid7()), **advice(error), **(headers or {})}
    return JSONResponse(_presentable(error), status_code=error.status, headers=own)


def advice(error: LineupError) -> dict[str, str]:
    """The headers that this kind of refusal carries."""
    said = next((said for kind, said in ADVICE.items() if isinstance(error, kind)), {})
    limits = ratelimits.headers(Room(error.limit, 0)) if isinstance(error, ConcurrencyLimitReached) else {}
    return {**said, **limits}


def _presentable(error: LineupError) -> dict[str, dict[str, str | None]]:
    """Names that a caller sent come back in sentences: never a key that was put in a wrong place, nor half a letter."""
    members = error.body()["error"]
    return {"error": {name: text and storable(_KEY.sub("lineup-…", text)) for name, text in members.items()}}
