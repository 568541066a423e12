"""The body of a request: read within its limits of size and time, then parsed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.conf import settings
from starlette.requests import ClientDisconnect, Request

from common.errors import BadRequest, BodyTooLarge, RequestTimeout, UnsupportedMediaType
from gateway.json_text import parse

T = TypeVar("T")

MOST_BYTES = 50 * 1024 * 1024
#: A larger body is parsed and checked beside the event loop, so that no stream waits for it, and one after the other.
LARGE = 256 * 1024
_beside = ThreadPoolExecutor(max_workers=1, thread_name_prefix="large-bodies")


async def json_body(request: Request, checked: Callable[[object], T]) -> T:
    """What `checked` makes of it."""
    _check_headers(request)
    try:
        async with asyncio.timeout(settings.REQUEST_BODY_TIMEOUT):
            parts = await _read(request)
    except TimeoutError:
        raise RequestTimeout from None
    except ClientDisconnect:
        raise BadRequest("The body broke off before its end.", code="incomplete_body") from None
    if sum(map(len, parts)) <= LARGE:
        return checked(_parsed(parts))
    return await asyncio.get_running_loop().run_in_executor(_beside, lambda: checked(_parsed(parts)))


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


async def _read(request: Request) -> list[bytes]:
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > MOST_BYTES:
            raise BodyTooLarge
        if part:
            parts.append(part)
    return parts


def _parsed(parts: list[bytes]) -> object:
    """Each form of the body goes as soon as the next is there: of 50 MB there are never three."""
    # Of one part this is that part.
    raw = b"".join(parts)
    parts.clear()
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        raise BadRequest(f"The body is not valid UTF-8 (byte {error.start}).", code="invalid_json") from None
    del raw
    return parse(text)
