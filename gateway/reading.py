"""The answer to a request that only reads."""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse

from common.ids import uuid7


def found(content: dict[str, Any]) -> JSONResponse:
    return JSONResponse(content, headers={"x-request-id": str(uuid7())})
