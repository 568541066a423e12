"""What the chunks of a stream have in common, so that most of them need not be parsed to be metered.

A provider writes one chunk like the other: only the text differs. From a chunk that was parsed we learn the bytes
before its text and those after it. Where another chunk has the same bytes around a text without quotes, backslashes and
control characters, parsing it would find the same members and this text; so it counts as what we know it to be.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

#: Members of a delta that hold text, any one of them.
TEXTS = ("content", "reasoning_content", "reasoning")
#: Moulds that are kept: choices take turns, and reasoning gives way to the answer.
MOST = 4
#: What learning costs, what it may at first and at most; a chunk that fits pays 1 back.
COST, FIRST, CREDIT = 4, 16, 64
_PLAIN = re.compile(rb'[^"\\\x00-\x1f]+')
_PROBE = "lineup"
ENDS = (b"\n\n", b"\r\n\r\n")


@dataclass(frozen=True, slots=True, eq=False)
class Mould:
    head: bytes
    tail: bytes

    def end(self, data: bytes, start: int) -> int:
        """Where a chunk of this mould ends that begins at `start`; 0 if there is none."""
        if not data.startswith(self.head, start):
            return 0
        begins = start + len(self.head)
        ends = data.find(b'"', begins)
        if not data.startswith(self.tail, ends) or not _PLAIN.fullmatch(data, begins, ends):
            return 0
        return ends + len(self.tail) if _is_utf8(data[begins:ends]) else 0

    @property
    def size(self) -> int:
        return len(self.head) + len(self.tail)

    def text(self, raw: bytes) -> bytes:
        return raw[len(self.head) : -len(self.tail)]


def _is_utf8(text: bytes) -> bool:
    try:
        return text.isascii() or bool(text.decode())
    except UnicodeDecodeError:
        return False


class Moulds:
    """Those of one stream, the last one that fitted first."""

    def __init__(self) -> None:
        self._known: list[Mould] = []
        self._credit = FIRST

    def fitting(self, data: bytes, start: int) -> tuple[Mould, int] | None:
        """The mould of the chunk at `start`, and where the chunk ends."""
        for place, mould in enumerate(self._known):
            if end := mould.end(data, start):
                if place:
                    self._known.insert(0, self._known.pop(place))
                self._credit = min(self._credit + 1, CREDIT)
                return mould, end
        return None

    def learn(self, raw: bytes, chunk: dict[str, Any]) -> None:
        """Where nothing ever fits, learning soon stops."""
        if self._credit >= COST and (name := _only_text(chunk)):
            self._credit -= COST
            if mould := _mould(raw, chunk, name):
                self._known = [mould, *self._known[: MOST - 1]]


def _only_text(chunk: dict[str, Any]) -> str:
    """The name of the one member that this chunk adds to the answer; "" if it adds or says anything else."""
    choices = chunk.get("choices")
    if chunk.get("usage") or chunk.get("error") or not isinstance(choices, list) or len(choices) != 1:
        return ""
    choice = choices[0]
    delta = choice.get("delta") if isinstance(choice, dict) else None
    if not isinstance(delta, dict) or choice.get("finish_reason"):
        return ""
    said = [name for name, value in delta.items() if value and name != "role"]
    return said[0] if len(said) == 1 and said[0] in TEXTS and isinstance(delta[said[0]], str) else ""


def _mould(raw: bytes, chunk: dict[str, Any], name: str) -> Mould | None:
    """Made only if the probe in the place of the text is read as the text, and changes nothing else."""
    delta = chunk["choices"][0]["delta"]
    text = delta[name].encode(errors="replace")
    member = re.compile(rb'"%s"\s*:\s*"(%s)"' % (name.encode(), re.escape(text)))
    found = member.findall(raw)
    match = member.search(raw)
    if match is None or len(found) != 1 or not raw.startswith(b"data:") or not raw.endswith(ENDS):
        return None
    mould = Mould(raw[: match.start(1)], raw[match.end(1) :])
    probe = (mould.head + _PROBE.encode() + mould.tail)[5:]
    like_it = {**chunk, "choices": [{**chunk["choices"][0], "delta": {**delta, name: _PROBE}}]}
    try:
        return mould if json.loads(probe) == like_it else None
    except ValueError:
        return None
