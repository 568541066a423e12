"""The events of one stream, out of its bytes: those like others before them are known without being parsed."""

from __future__ import annotations

import json
from typing import Any

from completions.mould import Mould, Moulds
from completions.sse import Decoder, RawEvent

DONE = b"[DONE]"
#: Stands for an event whose data is not a JSON object.
MALFORMED: dict[str, Any] = {"error": {"message": "sent an event that is not a JSON object"}}


class Event:
    """One event: `raw` is what the provider sent, untouched. One that fits a mould is only parsed if somebody asks."""

    __slots__ = ("_data", "_payload", "is_done", "mould", "raw")

    def __init__(self, raw: bytes, payload: bytes | None, mould: Mould | None = None) -> None:
        self.raw = raw
        self.mould = mould
        self.is_done = payload == DONE
        self._payload = None if self.is_done else payload
        self._data: dict[str, Any] | None = None

    @property
    def data(self) -> dict[str, Any] | None:
        """None for comments and for `[DONE]`."""
        if self._data is None and self._payload:
            parsed = json_object(self._payload)
            self._data = MALFORMED if parsed is None else parsed
        return self._data

    @property
    def size(self) -> int:
        """Bytes of text in one that fits a mould."""
        return len(self.raw) - self.mould.size if self.mould else 0


class Reader:
    """Pure: feed it, it never waits. Raises EventTooLong."""

    def __init__(self) -> None:
        self._decoder = Decoder()
        self._moulds = Moulds()

    def feed(self, data: bytes) -> list[Event]:
        """The events that are complete now: those that fit a mould as they stand, the others decoded one by one."""
        events: list[Event] = []
        start = 0
        while start < len(data):
            fitting = self._moulds.fitting(data, start) if self._decoder.is_empty else None
            if fitting:
                mould, end = fitting
                events.append(Event(data[start:end], data[start + 5 : end], mould))
            else:
                end = data.find(b"\n\n", start) + 2
                end = end if end > 1 else len(data)
                events += map(self._event, self._decoder.feed(data[start:end]))
            start = end
        return events

    def flush(self) -> list[Event]:
        return [self._event(each) for each in self._decoder.flush()]

    def _event(self, each: RawEvent) -> Event:
        if fitting := self._moulds.fitting(each.raw, 0):
            return Event(each.raw, each.data, fitting[0])
        event = Event(each.raw, each.data)
        if event.data is not None:
            self._moulds.learn(event.raw, event.data)
        return event


def json_object(data: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
