"""Servers that answer a request for their models as a test says, over real sockets."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Say = Callable[[BaseHTTPRequestHandler], None]


class Listing(ThreadingHTTPServer):
    base_url: str
    #: Paths that were asked for, and the headers of the last request.
    paths: list[str]
    headers: dict[str, str]


def says(status: int, body: str | bytes, *, at: str = "", **headers: str) -> Say:
    """`at`: only there; 404 elsewhere."""

    def say(request: BaseHTTPRequestHandler) -> None:
        data = body.encode() if isinstance(body, str) else body
        request.send_response(status if not at or request.path == at else 404)
        for name, value in {"Content-Length": str(len(data)), **headers}.items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(data)

    return say


def lists(*ids: str, at: str = "") -> Say:
    return says(200, json.dumps({"object": "list", "data": [{"id": name} for name in ids]}), at=at)


@contextmanager
def listening(say: Say) -> Iterator[Listing]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.paths.append(self.path)
            server.headers = {name.lower(): value for name, value in self.headers.items()}
            say(self)

        def log_message(self, *arguments: Any) -> None:
            pass

    server = Listing(("127.0.0.1", 0), Handler)
    server.base_url, server.paths, server.headers = f"http://127.0.0.1:{server.server_port}/v1", [], {}
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()
