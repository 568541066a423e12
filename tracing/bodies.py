"""Bodies of requests: read, inflated and parsed within limits."""

from __future__ import annotations

import zlib

from starlette.requests import ClientDisconnect, Request

from common.errors import BadRequest, BodyTooLarge, UnsupportedMediaType

#: Once it is inflated; the server takes 50 MB as they come. The client splits its batches at 31 MiB.
MOST_BYTES = 64 * 1024 * 1024
_WBITS = {"gzip": 31, "deflate": 15}


class TooLarge(BodyTooLarge):
    message = "The request body is too large: 64 MiB is the most"


async def raw_body(request: Request) -> bytes:
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "", *_WBITS):
        raise UnsupportedMediaType(f"Content-Encoding '{encoding[:40]}' is not understood: send gzip, deflate or none.")
    length = request.headers.get("content-length", "")
    if length.isdecimal() and (len(length) > 15 or int(length) > MOST_BYTES):
        raise TooLarge
    inflater = zlib.decompressobj(_WBITS[encoding]) if encoding in _WBITS else None
    parts, size = [], 0
    try:
        async for part in request.stream():
            plain = inflater.decompress(part, MOST_BYTES - size + 1) if inflater else part
            size += len(plain)
            if size > MOST_BYTES:
                raise TooLarge
            parts.append(plain)
    except ClientDisconnect:
        raise BadRequest("The body broke off before its end.") from None
    except zlib.error:
        raise BadRequest(f"The body is not {encoding}, as its header says.") from None
    if inflater and not inflater.eof:
        raise BadRequest("The compressed body broke off before its end.")
    return b"".join(parts)
