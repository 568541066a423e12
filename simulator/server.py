"""Daphne, with the one thing that ASGI has no word for: closing a connection in the middle of a response."""

from __future__ import annotations

import contextlib
import sys
from functools import partial
from typing import Any

from daphne.endpoints import build_endpoint_description_strings
from daphne.server import Server
from starlette.types import ASGIApp, Scope

EXTENSION = "simulator.cut"
#: Callers who may knock at the same moment; the usual fifty would drop most of a thousand.
BACKLOG = 4096


class Daphne(Server):  # type: ignore[misc]  # daphne has no types
    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        scope["extensions"] = {EXTENSION: {"cut": partial(_cut, protocol)}}
        return super().create_application(protocol, scope)

    def listen_error(self, failure: Any) -> None:
        print(f"The simulator cannot listen: {failure.getErrorMessage()}", file=sys.stderr)
        self.stop()


def serve(app: ASGIApp, host: str, port: int) -> int:
    """Runs until stopped; the exit status is 1 if the port could not be had."""

    def ready() -> None:
        address, number = server.listening_addresses[0]
        print(f"The simulator answers at http://{address}:{number}/v1", flush=True)

    server = Daphne(
        app,
        endpoints=[f"{each}:backlog={BACKLOG}" for each in build_endpoint_description_strings(host=host, port=port)],
        ready_callable=ready,
        request_buffer_size=1 << 20,
        server_name="lineup-simulator",
    )
    with contextlib.suppress(KeyboardInterrupt):
        server.run()
    return 0 if server.listening_addresses else 1


def cut_connection(scope: Scope, *, reset: bool) -> None:
    """Close the caller's connection where the response stands; another server than ours cannot, and says so."""
    extension = scope.get("extensions", {}).get(EXTENSION)
    if extension is None:
        raise RuntimeError("Only `python -m simulator` can cut a connection.")
    extension["cut"](reset)


def _cut(protocol: Any, reset: bool) -> None:
    transport = protocol.channel.transport
    # A closed connection after what was written, or a reset that may overtake it.
    transport.abortConnection() if reset else transport.loseConnection()
