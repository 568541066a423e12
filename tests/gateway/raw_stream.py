"""Callers of the API as anyone writes them: over HTTP, with nothing of ours."""

from __future__ import annotations

import json
import socket
from typing import Any

from tests.model_ids import PHI

MODEL = PHI


def body(text: str = "Say something", *, stream: bool = True, **members: Any) -> dict[str, Any]:
    return {"model": MODEL, "messages": [{"role": "user", "content": text}], "stream": stream, **members}


class RawStream:
    """A streamed request on a bare socket, which leaves when and how the test says."""

    def __init__(self, port: int, key: str, asked: dict[str, Any], name: str = "raw") -> None:
        content = json.dumps(asked).encode()
        head = (
            f"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {key}\r\n"
            f"User-Agent: {name}\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
        )
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.socket.sendall(head.encode() + content)
        self.received = b""

    def until(self, needle: bytes, times: int = 1) -> None:
        while self.received.count(needle) < times:
            data = self.socket.recv(65536)
            assert data, f"the server closed the connection: {self.received!r}"
            self.received += data

    def leave(self) -> None:
        self.socket.close()
