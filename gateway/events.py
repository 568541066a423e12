"""What a caller gets to see of a provider's events: the same bytes, without the usage nobody asked for."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from typing import Any

from common.chat import ChatRequest
from common.errors import LineupError
from common.money import PICO
from completions.events import Event
from completions.mould import Mould

DONE = b"data: [DONE]\n\n"
#: Inside a JSON string each quote has a backslash before it, so this finds members and no text.
_NO_USAGE = re.compile(rb',\s*"usage"\s*:\s*null|"usage"\s*:\s*null\s*,')


class Events:
    def __init__(self, request: ChatRequest, cost: Callable[[], int], *, renamed: str = "") -> None:
        """`cost` is what the answer costs so far, in pico-USD; `renamed`, what the caller calls the model if not so."""
        options = request.body.get("stream_options")
        self._wants_usage = bool(isinstance(options, dict) and options.get("include_usage"))
        self._cost = cost
        self._model = renamed or request.model
        self._is_renamed = bool(renamed)
        self._id = ""
        #: Of the moulds without a usage that is shown: what to show before the text, and after it.
        self._shown: dict[Mould, tuple[bytes, bytes]] = {}
        self.is_done = False

    def visible(self, batch: list[Event]) -> bytes:
        if batch[-1].is_done:
            self.is_done = True
        if not self._id:
            self._id = next((str(event.data["id"]) for event in batch if event.data and event.data.get("id")), "")
        if self._is_renamed:
            return b"".join(map(self._other, batch))
        return b"".join([self._alike(event, event.mould) if event.mould else self._other(event) for event in batch])

    def _alike(self, event: Event, mould: Mould) -> bytes:
        if self._wants_usage:
            return event.raw
        shown = self._shown.get(mould)
        if shown is None:
            self._shown[mould] = shown = (_NO_USAGE.sub(b"", mould.head), _NO_USAGE.sub(b"", mould.tail))
        head, tail = shown
        is_all = len(head) + len(tail) == mould.size
        return event.raw if is_all else head + mould.text(event.raw) + tail

    def _other(self, event: Event) -> bytes:
        data, raw = event.data, event.raw
        if data is not None and self._is_renamed:
            data = {**data, "model": self._model}
            raw = _event(data)
        if data is None or "usage" not in data:
            return raw
        usage = data["usage"]
        if self._wants_usage:
            return self._priced(data, usage) if isinstance(usage, dict) else raw
        if usage is None:
            return _NO_USAGE.sub(b"", raw, count=1)
        return _event({name: value for name, value in data.items() if name != "usage"}) if data.get("choices") else b""

    def _priced(self, data: dict[str, Any], usage: dict[str, Any]) -> bytes:
        return _event({**data, "usage": {**usage, "cost": self._cost() / PICO}})

    def broken(self, error: LineupError) -> bytes:
        """The last chunk of an answer that broke off: the client raises on `error`, and no `[DONE]` follows."""
        return _event(
            {
                "id": self._id,
                "object": "chat.completion.chunk",
                "created": int(time.time()),
                "model": self._model,
                "choices": [{"index": 0, "delta": {}, "logprobs": None, "finish_reason": "error"}],
                **error.body(),
            }
        )


def _event(data: dict[str, Any]) -> bytes:
    return b"data: " + json.dumps(data, separators=(",", ":")).encode() + b"\n\n"
