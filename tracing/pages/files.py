"""A file as a person's browser gets it: shown if it is a picture, sound or film by its own bytes, else only saved."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

from asgiref.sync import sync_to_async
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_safe

from accounts.access import ProjectRequest, member
from common.connections import let_go
from tracing import files, media, ranges
from tracing.errors import Missing
from tracing.models import File
from tracing.pages.spaces import space_of

#: Whoever opens a file in a window of its own is in no page of ours: nothing in it runs, and it reaches nothing.
ALONE = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
_UNFIT = re.compile(r"[^A-Za-z0-9._-]+")


@member
@require_safe
def file(request: ProjectRequest, digest: str) -> HttpResponseBase:
    space = space_of(request)
    try:
        found = files.find(space, digest)
    except Missing as missing:
        raise Http404(missing.message) from None
    try:
        wanted = ranges.asked(request, found.size)
    except ranges.Outside:
        return ranges.outside(found.size)
    head = files.heads(space, [digest]).get(digest, b"")
    response = StreamingHttpResponse(_pieces(found, range(found.size) if wanted is None else wanted))
    return alone(ranges.stated(response, wanted, found.size), media.type_of(head), request.GET.get("name", ""))


def alone(response: HttpResponseBase, media_type: str, name: str = "") -> HttpResponseBase:
    """Contents never change under their address."""
    response["Content-Type"] = media_type or "application/octet-stream"
    fit = _UNFIT.sub("-", name[:100]).strip("-.") or "file"
    response["Content-Disposition"] = f'{"inline" if media_type else "attachment"}; filename="{fit}"'
    response["Content-Security-Policy"] = ALONE
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=86400, immutable"
    return response


def content_of(request: ProjectRequest, text: str) -> HttpResponseBase:
    """What an address that begins with "data:" holds."""
    content = media.bytes_in(text)
    try:
        wanted = ranges.asked(request, len(content))
    except ranges.Outside:
        return ranges.outside(len(content))
    part = content if wanted is None else content[wanted.start : wanted.stop]
    return alone(ranges.stated(HttpResponse(part), wanted, len(content)), media.type_of(content[: media.HEAD]))


async def _pieces(found: File, wanted: range) -> AsyncIterator[bytes]:
    """No file is held whole, and no connection is kept while the reader takes its time."""
    for index in range(wanted.start // files.CHUNK, -(-wanted.stop // files.CHUNK)):
        before = index * files.CHUNK
        piece = await sync_to_async(_piece)(found, index)
        yield piece[max(0, wanted.start - before) : wanted.stop - before]


def _piece(found: File, index: int) -> bytes:
    piece = files.piece(found, index)
    let_go()
    return piece
