"""The body of a request: read within its limits of size and time, then parsed."""

from __future__ import annotations

import asyncio

from django.conf import settings
from starlette.requests import ClientDisconnect, Request

from common.errors import BadRequest, BodyTooLarge, RequestTimeout, UnsupportedMediaType
from gateway.json_text import parse

MOST_BYTES = 50 * 1024 * 1024
#: A larger body is parsed beside the event loop, so that no stream waits for it.
LARGE = 256 * 1024


async def json_body(request: Request) -> object:
    _check_headers(request)
    try:
        async with asyncio.timeout(settings.REQUEST_BODY_TIMEOUT):
            raw = await _read(request)
    except TimeoutError:
        raise RequestTimeout from None
    except ClientDisconnect:
        raise BadRequest("The body broke off before its end.", code="incomplete_body") from None
    return await asyncio.to_thread(parse, raw) if len(raw) > LARGE else parse(raw)


def _check_headers(request: Request) -> None:
    kind = request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
        raise UnsupportedMediaType("Send the body as 'Content-Type: application/json'.", param="content-type")
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise UnsupportedMediaType("Send the body without 'Content-Encoding'.", param="content-encoding")
    length = request.headers.get("content-length", "")
    # A number of more digits than these is too large whatever it is, and may be too long to be read as one.
    if length.isdecimal() and (len(length) > 15 or int(length) > MOST_BYTES):
        raise BodyTooLarge


async def _read(request: Request) -> bytes:
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > MOST_BYTES:
            raise BodyTooLarge
        parts.append(part)
    return b"".join(parts)
