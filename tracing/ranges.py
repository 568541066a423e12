"""Parts of contents, which players of sound and film ask for to begin anywhere."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse, HttpResponseBase

_ONE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})\Z")


class Outside(Exception):
    """Nothing stands where it was asked for."""


def asked(request: HttpRequest, size: int) -> range | None:
    """Which bytes, if one part is asked for: to anything else all of it is the answer. Raises Outside.

    `If-Range` names a version, and none was told: contents never change under their address.
    """
    found = _ONE.match(request.headers.get("Range", ""))
    if not found or not any(found.groups()) or "If-Range" in request.headers:
        return None
    first, last = (int(number) if number else None for number in found.groups())
    if first is None:
        wanted = range(max(0, size - (last or 0)), size)
    elif last is not None and last < first:
        return None
    else:
        wanted = range(first, size if last is None else min(last + 1, size))
    if not wanted:
        raise Outside
    return wanted


def stated(response: HttpResponseBase, wanted: range | None, size: int) -> HttpResponseBase:
    """With what a part, or all of it, says of itself."""
    response["Accept-Ranges"] = "bytes"
    response["Content-Length"] = str(size if wanted is None else len(wanted))
    if wanted is not None:
        response.status_code = 206
        response["Content-Range"] = f"bytes {wanted.start}-{wanted.stop - 1}/{size}"
    return response


def outside(size: int) -> HttpResponse:
    return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}", "Accept-Ranges": "bytes"})
