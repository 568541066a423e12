"""Chunks as providers send them, and the answers that a test makes of them."""

from __future__ import annotations

import json
from typing import Any

from tests.completions.scripted import Act, answer
from tests.completions.scripted import event as event_of_bytes
from tests.upstreams.scripted import sends

STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"


def event(data: Any) -> bytes:
    return event_of_bytes(data if isinstance(data, bytes) else json.dumps(data).encode())


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
    said = [framed(part) if isinstance(part, bytes) else part for part in parts]
    return sends(STREAM, *said, framed(b""), closes=False)


def answering(status: int, body: Any) -> Act:
    return answer(status, json.dumps(body).encode())
