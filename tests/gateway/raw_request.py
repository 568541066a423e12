"""Bytes on a bare socket, for what no client would send."""

from __future__ import annotations

import json
import socket
from typing import Any, NamedTuple

from tests.serving import Served


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def error(self) -> dict[str, Any]:
        error: dict[str, Any] = json.loads(self.body)["error"]
        assert set(error) == {"message", "type", "param", "code"}
        return error


def connected(served: Served) -> socket.socket:
    return socket.create_connection(("127.0.0.1", served.port), timeout=30)


def head(served: Served, key: str, *lines: str, version: str = "1.1") -> bytes:
    """The head of a chat completion with these header lines beside the usual."""
    usual = [f"Host: 127.0.0.1:{served.port}", f"Authorization: Bearer {key}", "Content-Type: application/json"]
    return "\r\n".join([f"POST /v1/chat/completions HTTP/{version}", *usual, *lines, "", ""]).encode("latin-1")


def answered(connection: socket.socket) -> Answer:
    """Reads until the server closes, or has sent as much as it said."""
    received = b""
    while not _is_whole(received) and (data := connection.recv(65536)):
        received += data
    first, _, body = received.partition(b"\r\n\r\n")
    status, *lines = first.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Answer(int(status.split()[1]), headers, body)


def _is_whole(received: bytes) -> bool:
    first, separator, body = received.partition(b"\r\n\r\n")
    named = [line for line in first.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return bool(separator and named) and len(body) >= int(named[0].partition(b":")[2])


def ask(served: Served, raw: bytes) -> Answer:
    with connected(served) as connection:
        connection.sendall(raw)
        return answered(connection)
