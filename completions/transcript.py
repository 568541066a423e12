"""What a completion said, put together for its trace: all choices, their reasoning and tool calls, in the API's form.

Of a stream this is what Weave's client makes of its chunks. It is bounded: what comes after so many bytes is left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from common.texts import storable
from completions.events import Event
from completions.mould import Mould

#: Bytes of text that are kept of one answer; what they are kept in counts too.
MOST_BYTES = 1_000_000
OVERHEAD = 100
#: Of a usage: members, and how deep they stand.
MOST_MEMBERS, DEPTH = 32, 2
TEXTS = ("content", "reasoning_content", "reasoning", "refusal")
HEAD = ("id", "created", "model", "system_fingerprint", "service_tier")
LONGEST_NAME = 200
#: Bytes that a cut can leave of a character.
LONGEST_PART = 3


class Choice:
    def __init__(self) -> None:
        self.role = "assistant"
        self.finish_reason: str | None = None
        self.texts: dict[str, bytearray] = {}
        #: By their place: id, name, arguments.
        self.tool_calls: dict[int, tuple[str, str, bytearray]] = {}

    def message(self) -> dict[str, Any]:
        calls = [
            {"id": identity, "type": "function", "function": {"name": name, "arguments": _text(arguments)}}
            for _, (identity, name, arguments) in sorted(self.tool_calls.items())
        ]
        texts = {name: _text(text) for name, text in self.texts.items()}
        return {"role": self.role, "content": None, **texts, **({"tool_calls": calls} if calls else {})}


class Transcript:
    def __init__(self) -> None:
        self.is_cut = False
        self._left = MOST_BYTES
        self._head: dict[str, Any] | None = None
        self._usage: dict[str, Any] = {}
        self._choices: dict[int, Choice] = {}
        #: The text that chunks of a mould add to.
        self._moulded: dict[Mould, bytearray] = {}
        self._whole: dict[str, Any] | None = None

    @property
    def size(self) -> int:
        """Bytes, or nearly."""
        return min(MOST_BYTES, MOST_BYTES - self._left)

    def add(self, batch: Iterable[Event]) -> None:
        for event in batch:
            text = self._moulded.get(event.mould) if event.mould else None
            if event.mould is not None and text is not None:
                self._append(text, event.mould.text(event.raw))
            elif event.data is not None:
                self._read(event.data, event.mould)

    def set_whole(self, size: int, answer: dict[str, Any]) -> None:
        """An answer in one piece, of so many bytes."""
        if size <= MOST_BYTES:
            self._whole = answer
            self._left -= size
        else:
            self._read(answer, None)

    def output(self) -> dict[str, Any] | None:
        """None if nothing came."""
        if self._whole is not None or self._head is None:
            return self._whole
        choices = [
            {"index": index, "message": choice.message(), "finish_reason": choice.finish_reason}
            for index, choice in sorted(self._choices.items())
        ]
        usage = {"usage": self._usage} if self._usage else {}
        return {**self._head, "object": "chat.completion", "choices": choices, **usage}

    def _read(self, chunk: dict[str, Any], mould: Mould | None) -> None:
        if self._head is None:
            self._head = {name: value for name in HEAD if (value := _plain(chunk.get(name))) is not None}
        self._usage = _figures(chunk.get("usage")) or self._usage
        choices = chunk.get("choices")
        for said in choices if isinstance(choices, list) else []:
            if isinstance(said, dict) and (choice := self._choice(said.get("index"))):
                delta = said.get("delta") or said.get("message")
                if isinstance(delta, dict):
                    self._merge(choice, delta, mould)
                if reason := _plain(said.get("finish_reason")):
                    choice.finish_reason = str(reason)

    def _merge(self, choice: Choice, delta: dict[str, Any], mould: Mould | None) -> None:
        for name in TEXTS:
            if isinstance(piece := delta.get(name), str) and piece:
                text = choice.texts.setdefault(name, bytearray())
                self._append(text, _bytes(piece))
                if mould is not None:
                    self._moulded[mould] = text
        calls = delta.get("tool_calls")
        for place, call in enumerate(calls if isinstance(calls, list) else []):
            if isinstance(call, dict):
                self._merge_call(choice, call, place)

    def _merge_call(self, choice: Choice, call: dict[str, Any], place: int) -> None:
        index = call.get("index")
        index = index if isinstance(index, int) else place
        function = call.get("function")
        function = function if isinstance(function, dict) else {}
        if index not in choice.tool_calls and not self._afford(OVERHEAD):
            return
        identity, name, arguments = choice.tool_calls.get(index, ("", "", bytearray()))
        identity, name = _name(call.get("id")) or identity, _name(function.get("name")) or name
        choice.tool_calls[index] = (identity, name, arguments)
        if isinstance(piece := function.get("arguments"), str):
            self._append(arguments, _bytes(piece))

    def _choice(self, index: object) -> Choice | None:
        index = index if isinstance(index, int) else 0
        if index not in self._choices and self._afford(OVERHEAD):
            self._choices[index] = Choice()
        return self._choices.get(index)

    def _append(self, text: bytearray, piece: bytes) -> None:
        text += piece[: max(self._left, 0)]
        self._left -= len(piece)
        self.is_cut = self.is_cut or self._left < 0

    def _afford(self, size: int) -> bool:
        self._left -= size
        self.is_cut = self.is_cut or self._left < 0
        return self._left >= 0


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _text(text: bytearray) -> str:
    """What was cut within a character loses it; halves that came one after the other are a character again."""
    for end in range(len(text), max(len(text) - LONGEST_PART, 0) - 1, -1):
        with suppress(UnicodeDecodeError):
            return storable(text[:end].decode("utf-8", "surrogatepass"))
    return storable(text.decode("utf-8", "replace"))


def _name(value: object) -> str:
    return storable(value[:LONGEST_NAME]) if isinstance(value, str) else ""


def _plain(value: object) -> object:
    """Names and numbers, no longer than such are."""
    if isinstance(value, str):
        return _name(value)
    return value if isinstance(value, int) and abs(value) < 2**63 else None


def _figures(usage: object, depth: int = DEPTH) -> dict[str, Any]:
    if not isinstance(usage, dict) or not depth:
        return {}
    found = {}
    for name, value in list(usage.items())[:MOST_MEMBERS]:
        figure = _figures(value, depth - 1) if isinstance(value, dict) else value
        if isinstance(figure, int | float | dict):
            found[_name(name)] = figure
    return found
