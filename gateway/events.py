"""What a caller gets to see of a provider's events: the same bytes, without the usage nobody asked for."""

from __future__ import annotations

import json
import re
import time

from common.chat import ChatRequest
from common.errors import LineupError
from completions.stream import Event

DONE = b"data: [DONE]\n\n"
#: Inside a JSON string each quote has a backslash before it, so this finds members and no text.
_NO_USAGE = re.compile(rb',\s*"usage"\s*:\s*null|"usage"\s*:\s*null\s*,')


class Events:
    def __init__(self, request: ChatRequest) -> None:
        options = request.body.get("stream_options")
        self._wants_usage = bool(isinstance(options, dict) and options.get("include_usage"))
        self._model = request.model
        self._id = ""
        self.is_done = False

    def visible(self, batch: list[Event]) -> bytes:
        if batch[-1].is_done:
            self.is_done = True
        if not self._id:
            self._id = next((str(event.data["id"]) for event in batch if event.data and event.data.get("id")), "")
        return b"".join([event.raw if self._wants_usage else _without_usage(event) for event in batch])

    def broken(self, error: LineupError) -> bytes:
        """The last chunk of an answer that broke off: the client raises on `error`, and no `[DONE]` follows."""
        chunk = {
            "id": self._id,
            "object": "chat.completion.chunk",
            "created": int(time.time()),
            "model": self._model,
            "choices": [{"index": 0, "delta": {}, "logprobs": None, "finish_reason": "error"}],
            **error.body(),
        }
        return b"data: " + json.dumps(chunk).encode() + b"\n\n"


def _without_usage(event: Event) -> bytes:
    if event.data is None or "usage" not in event.data:
        return event.raw
    if event.data["usage"] is None:
        return _NO_USAGE.sub(b"", event.raw, count=1)
    return event.raw if event.data.get("choices") else b""
