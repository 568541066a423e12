"""What the trace server refuses, and how: the client shows `reason` to people and looks at the status itself.

It sends a batch again in halves at 413 and 422, tries once more at 429 and 5xx, and drops what any other 4xx refuses.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from common.errors import BadRequest, LineupError, MethodNotAllowed, NotAuthenticated, Overloaded, ServerFault
from common.texts import storable

log = logging.getLogger(__name__)


class Missing(LineupError):
    """Unknown, deleted, or another organization's."""

    status, type, code = 404, "invalid_request_error", "not_found"

    def __init__(self, message: str, *, deleted_at: datetime | None = None) -> None:
        super().__init__(message)
        self.deleted_at = deleted_at


class NotServed(Missing):
    """Something of Weave that Lineup does not have."""

    code = "not_served"


class Invalid(LineupError):
    """A part of a body that does not fit; of a batch perhaps one of many."""

    status, type, code = 422, "invalid_request_error", "invalid_value"

    @classmethod
    def of(cls, error: ValidationError) -> Invalid:
        """Where the first part stands that does not fit, and what is wrong with it."""
        first = error.errors(include_url=False, include_context=False)[0]
        where = ".".join(str(step) for step in first["loc"]) or "body"
        return cls(f"{where[:200]}: {first['msg']}")


class DigestMismatch(LineupError):
    status, type, code = 409, "invalid_request_error", "digest_mismatch"


async def refused(_request: Request, error: Exception) -> Response:
    return answer(error if isinstance(error, LineupError) else ServerFault())


async def not_served(request: Request, error: Exception) -> Response:
    """What Starlette finds wrong with the request itself."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status == 404:
        return answer(NotServed(f"Lineup does not serve {request.method} {request.url.path[:200]} of Weave."))
    return answer(MethodNotAllowed() if status == 405 else BadRequest())


async def broken(request: Request, error: Exception) -> Response:
    log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return answer(ServerFault())


def answer(error: LineupError) -> Response:
    body: dict[str, Any] = {"reason": storable(error.message), "error_code": error.label}
    if isinstance(error, Missing) and error.deleted_at:
        body["deleted_at"] = error.deleted_at.isoformat()
    headers = {"x-should-retry": "false"} if error.status < 500 and error.status != 429 else {}
    if isinstance(error, NotAuthenticated):
        headers["www-authenticate"] = 'Basic realm="Lineup"'
    if isinstance(error, Overloaded):
        headers["retry-after"] = "1"
    return JSONResponse(body, status_code=error.status, headers=headers)
