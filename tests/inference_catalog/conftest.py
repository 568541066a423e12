"""The catalog as it is shipped, and servers that list models as a test tells them to."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from inference_catalog.catalog_file import Catalog, read_catalog
from inference_catalog.loading import load
from inference_catalog.syncing import sync


class Upstream:
    """An OpenAI-compatible server with nothing but /v1/models: `ids` are listed, unless `status` or `body` say else."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.status = 200
        self.body: str | None = None
        self.headers: dict[str, str] = {}
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.base_url = f"http://127.0.0.1:{self.server.server_port}/v1"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        upstream = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                upstream.headers = {name.lower(): value for name, value in self.headers.items()}
                listed = {"object": "list", "data": [{"id": name, "object": "model"} for name in upstream.ids]}
                body = (upstream.body if upstream.body is not None else json.dumps(listed)).encode()
                self.send_response(upstream.status if self.path == "/v1/models" else 404)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments: Any) -> None:
                pass

        return Handler

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    server = Upstream()
    yield server
    server.stop()


@pytest.fixture
def catalog(db: None) -> Catalog:
    """The shipped catalog, loaded; nobody serves it yet."""
    shipped = read_catalog()
    load(shipped)
    return shipped


@pytest.fixture
def served(catalog: Catalog, upstream: Upstream, settings: Any) -> Catalog:
    """The shipped catalog, all of it served by the upstream."""
    upstream.ids = [row.id for row in catalog.models]
    settings.UPSTREAM_BASE_URL = upstream.base_url
    sync(catalog)
    return catalog
