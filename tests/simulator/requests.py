"""How these tests speak to a simulator: as the SDK does, as plain HTTP, and as bytes on a socket."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Iterator
from typing import Any

from openai import OpenAI

from tests.model_ids import LLAMA
from tests.simulator.serving import Simulator


def client(simulator: Simulator) -> OpenAI:
    return simulator.client


def says(text: str) -> list[dict[str, Any]]:
    return [{"role": "user", "content": text}]


def post(simulator: Simulator, **body: Any) -> tuple[int, dict[str, str], dict[str, Any]]:
    """Status, headers and JSON of an answer in one piece."""
    connection = http.client.HTTPConnection(simulator.host, simulator.port, timeout=10)
    connection.request("POST", "/v1/chat/completions", json.dumps({"model": LLAMA, "messages": says("Why?")} | body))
    response = connection.getresponse()
    read = response.read()
    connection.close()
    return response.status, {name.lower(): value for name, value in response.getheaders()}, json.loads(read)


def text_of(simulator: Simulator, **body: Any) -> str:
    said: str = post(simulator, **body)[2]["choices"][0]["message"]["content"]
    return said


def refusal(simulator: Simulator, **body: Any) -> tuple[int, dict[str, Any]]:
    status, _, answer = post(simulator, **body)
    return status, answer["error"]


def opened(simulator: Simulator, **body: Any) -> socket.socket:
    """A socket that has sent a request for a stream and has read nothing yet."""
    data = json.dumps({"model": LLAMA, "messages": says("Why?"), "stream": True} | body).encode()
    head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: simulator\r\nConnection: close\r\nContent-Length: {len(data)}"
    connection = socket.create_connection((simulator.host, simulator.port), timeout=10)
    connection.sendall(head.encode() + b"\r\n\r\n" + data)
    return connection


def received(simulator: Simulator, **body: Any) -> tuple[bytes, bytes]:
    """Head and body of a stream, to its end; the body without HTTP's chunks."""
    with opened(simulator, **body) as connection:
        head, _, rest = b"".join(iter(lambda: connection.recv(65536), b"")).partition(b"\r\n\r\n")
    return head, b"".join(dechunked(rest))


def dechunked(rest: bytes) -> Iterator[bytes]:
    while rest:
        size, _, rest = rest.partition(b"\r\n")
        length = int(size or b"0", 16)
        yield rest[:length]
        rest = rest[length + 2 :]


def events(body: bytes) -> list[dict[str, Any]]:
    """The JSON of all events but [DONE] and comments."""
    lines = [line[6:] for line in body.split(b"\n") if line.startswith(b"data: ")]
    return [json.loads(line) for line in lines if line != b"[DONE]"]


def stream(simulator: Simulator, **body: Any) -> list[dict[str, Any]]:
    return events(received(simulator, **body)[1])


def content(chunks: list[dict[str, Any]], index: int = 0, member: str = "content") -> str:
    choices = [choice for chunk in chunks for choice in chunk["choices"] if choice["index"] == index]
    return "".join(choice["delta"].get(member) or "" for choice in choices)
