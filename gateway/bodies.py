"""The body of a request: read within its limit, then parsed."""

from __future__ import annotations

import asyncio
import json
from math import isfinite

from starlette.requests import Request

from common.errors import BadRequest, BodyTooLarge

MOST_BYTES = 50 * 1024 * 1024
#: A larger body is parsed beside the event loop, so that no stream waits for it.
LARGE = 256 * 1024


async def json_body(request: Request) -> object:
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > MOST_BYTES:
        raise BodyTooLarge
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > MOST_BYTES:
            raise BodyTooLarge
        parts.append(part)
    raw = b"".join(parts)
    return await asyncio.to_thread(_parse, raw) if size > LARGE else _parse(raw)


def _parse(raw: bytes) -> object:
    try:
        return json.loads(raw, parse_constant=_refuse, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        raise BadRequest("The body is not valid JSON.", code="invalid_json") from error


def _refuse(name: str) -> float:
    """NaN and its like are Python's, not JSON's: no provider could read them."""
    raise ValueError(name)


def _finite(digits: str) -> float:
    value = float(digits)
    return value if isfinite(value) else _refuse(digits)
