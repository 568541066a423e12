"""Static files as whitenoise serves them, with text compressed for browsers that take it so."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from contextlib import closing
from functools import partial
from threading import Lock
from typing import IO, cast

import brotli
from cachetools import LRUCache, cached
from django.http import FileResponse, HttpRequest, HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile

#: Bytes of compressed files that are kept: all that a page may ask for is a tenth of it.
MOST_KEPT = 8_000_000
#: Fonts and images are compressed as they are.
TEXT = ("text/", "application/json", "image/svg+xml")
#: By what browsers call them, the smaller first. Higher qualities of brotli save little and cost a first visit seconds.
COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "br": partial(brotli.compress, quality=5),
    "gzip": partial(gzip.compress, mtime=0),
}


class CompressedStaticFiles(WhiteNoiseMiddleware):  # type: ignore[misc]  # whitenoise has no types
    """Whether they were collected or are served from their folders, each is compressed when it is first asked for."""

    @staticmethod
    def serve(static_file: StaticFile, request: HttpRequest) -> FileResponse | HttpResponse:
        response: FileResponse = WhiteNoiseMiddleware.serve(static_file, request)
        is_text = response.headers.get("Content-Type", "").startswith(TEXT)
        if response.status_code != 200 or not is_text or "Content-Encoding" in response.headers:
            return response
        response.headers["Vary"] = "Accept-Encoding"
        taken = {name.partition(";")[0].strip() for name in request.headers.get("Accept-Encoding", "").split(",")}
        encoding = next((name for name in COMPRESS if name in taken), None)
        if request.method != "GET" or encoding is None:
            return response
        return _compressed(response, request.path_info, encoding)


def _compressed(response: FileResponse, path: str, encoding: str) -> HttpResponse:
    with closing(cast("IO[bytes]", response.file_to_stream)) as file:
        body = _body(path, response.headers["ETag"], encoding, file)
    headers = {**response.headers, "Content-Encoding": encoding, "Content-Length": str(len(body))}
    return HttpResponse(body, headers=headers)


def _key(path: str, version: str, encoding: str, _file: IO[bytes]) -> tuple[str, str, str]:
    return path, version, encoding


@cached(LRUCache(MOST_KEPT, getsizeof=len), key=_key, lock=Lock())
def _body(_path: str, _version: str, encoding: str, file: IO[bytes]) -> bytes:
    return COMPRESS[encoding](file.read())
