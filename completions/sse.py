"""Server-sent events out of bytes that arrive cut anywhere. Pure: feed it, it never waits."""

from __future__ import annotations

import re
from typing import NamedTuple

#: A longer event is no answer but an attack on our memory.
MOST_BYTES = 8 * 1024 * 1024

_LINE_END = re.compile(rb"\r\n|\n|\r")
#: Two line ends in a row; "\r\n" is always one. A "\r" that ends the buffer may be half of "\r\n": see `_events`.
_EVENT_END = re.compile(rb"(?>\r\n|\n|\r)(?>\r\n|\n|\r)")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class EventTooLong(Exception):
    """An event exceeds MOST_BYTES."""


class RawEvent(NamedTuple):
    """`raw` are the bytes as they came, blank line included; `data` is None where there is none (a comment)."""

    raw: bytes
    data: bytes | None


class Decoder:
    def __init__(self) -> None:
        self._buffer = bytearray()
        #: Before this there is no end of an event.
        self._searched = 0
        self._is_first = True

    @property
    def is_empty(self) -> bool:
        """No event has begun whose end is not here yet."""
        return not self._buffer and not self._is_first

    def feed(self, data: bytes) -> list[RawEvent]:
        """The events that are complete now. However the bytes are cut, the events are the same."""
        self._buffer += data
        return self._events()

    def flush(self) -> list[RawEvent]:
        """What is left when nothing more will come: an event that lacks its blank line, if anything."""
        events = self._events(is_over=True)
        rest = bytes(self._buffer)
        self._buffer.clear()
        self._searched = 0
        return [*events, self._event(rest)] if rest else events

    def _events(self, *, is_over: bool = False) -> list[RawEvent]:
        buffer, events, start = self._buffer, [], 0
        for match in _EVENT_END.finditer(buffer, self._searched):
            end = match.end()
            if end == len(buffer) and buffer[-1] == 0x0D and not is_over:
                break
            events.append(self._event(bytes(buffer[start:end])))
            start = end
        del buffer[:start]
        if len(buffer) > MOST_BYTES:
            raise EventTooLong
        self._searched = max(0, len(buffer) - 3)
        return events

    def _event(self, raw: bytes) -> RawEvent:
        text = raw.removeprefix(_BYTE_ORDER_MARK) if self._is_first else raw
        self._is_first = False
        if text.startswith(b"data:") and b"\r" not in text and text.find(b"\n") == len(text) - 2:
            return RawEvent(raw, text[5:].strip())
        lines = [line[5:].removeprefix(b" ") for line in _LINE_END.split(text) if line.startswith(b"data:")]
        return RawEvent(raw, b"\n".join(lines).strip() if lines else None)
