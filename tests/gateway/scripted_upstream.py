"""An upstream that says, byte for byte, what a test writes down; it lists one model, and notes what it is asked."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any, NamedTuple

from tests.model_ids import PHI

#: Says its part on the socket; True: the connection may be used again.
Act = Callable[[socket.socket], None]
STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
DONE = b"data: [DONE]\n\n"


class Asked(NamedTuple):
    headers: dict[str, str]
    body: dict[str, Any]


def event(data: Any) -> bytes:
    return b"data: " + (data if isinstance(data, bytes) else json.dumps(data).encode()) + b"\n\n"


def chunk(text: str = "", reason: str | None = None, **more: Any) -> bytes:
    delta = {"content": text} if text else {}
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": reason}
    return event({"id": "chatcmpl-1", "object": "chat.completion.chunk", "choices": [choice], **more})


def usage(prompt: int = 3, completion: int = 5) -> dict[str, int]:
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}


def framed(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def streaming(*parts: bytes | float) -> Act:
    """Bytes are sent, one write each; a number is a pause in seconds."""

    def act(connection: socket.socket) -> None:
        connection.sendall(STREAM)
        for part in parts:
            if isinstance(part, bytes):
                connection.sendall(framed(part))
            else:
                time.sleep(part)
        connection.sendall(framed(b""))

    return act


def answering(status: int, body: Any) -> Act:
    raw = json.dumps(body).encode()
    head = b"HTTP/1.1 %d Scripted\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % (status, len(raw))
    return lambda connection: connection.sendall(head + raw)


class ScriptedUpstream(ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Connection)
        self.base_url = f"http://127.0.0.1:{self.server_address[1]}/v1"
        self.act: Act = streaming(DONE)
        self.asked: list[Asked] = []
        #: Set when a connection was closed by who asked, in the midst of an answer.
        self.was_left = threading.Event()
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Connection(StreamRequestHandler):
    server: ScriptedUpstream

    def handle(self) -> None:
        while line := self.rfile.readline():
            headers = {}
            while (header := self.rfile.readline()) not in (b"\r\n", b""):
                name, _, value = header.decode().partition(":")
                headers[name.lower()] = value.strip()
            if line.startswith(b"GET"):
                answering(200, {"object": "list", "data": [{"id": PHI, "object": "model"}]})(self.request)
                continue
            body = self.rfile.read(int(headers["content-length"]))
            self.server.asked.append(Asked(headers, json.loads(body)))
            try:
                self.server.act(self.request)
            except OSError:
                self.server.was_left.set()
                return
