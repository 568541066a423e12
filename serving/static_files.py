"""Static files as whitenoise serves them, with text compressed for browsers that take it so."""

from __future__ import annotations

import gzip
from contextlib import closing
from threading import Lock
from typing import IO, cast

from cachetools import LRUCache, cached
from django.http import FileResponse, HttpRequest, HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile

#: Bytes of compressed files that are kept: all that a page may ask for is a tenth of it.
MOST_KEPT = 8_000_000
#: Fonts and images are compressed as they are.
TEXT = ("text/", "application/json", "image/svg+xml")


class CompressedStaticFiles(WhiteNoiseMiddleware):  # type: ignore[misc]  # whitenoise has no types
    """Whether they were collected or are served from their folders, each is compressed when it is first asked for."""

    @staticmethod
    def serve(static_file: StaticFile, request: HttpRequest) -> FileResponse | HttpResponse:
        response: FileResponse = WhiteNoiseMiddleware.serve(static_file, request)
        is_text = response.headers.get("Content-Type", "").startswith(TEXT)
        if response.status_code != 200 or not is_text or "Content-Encoding" in response.headers:
            return response
        response.headers["Vary"] = "Accept-Encoding"
        if request.method != "GET" or "gzip" not in request.headers.get("Accept-Encoding", ""):
            return response
        return _compressed(response, request.path_info)


def _compressed(response: FileResponse, path: str) -> HttpResponse:
    with closing(cast("IO[bytes]", response.file_to_stream)) as file:
        body = _body(path, response.headers["ETag"], file)
    headers = {**response.headers, "Content-Encoding": "gzip", "Content-Length": str(len(body))}
    return HttpResponse(body, headers=headers)


@cached(LRUCache(MOST_KEPT, getsizeof=len), key=lambda path, version, _file: (path, version), lock=Lock())
def _body(_path: str, _version: str, file: IO[bytes]) -> bytes:
    return gzip.compress(file.read(), mtime=0)
