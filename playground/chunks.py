"""What an upstream's event says: visible text and reasoning of the first choice."""

from __future__ import annotations

from typing import Any

from common.texts import storable

OPEN, CLOSE = "<think>", "</think>"


class ChunkReader:
    """Tells text from reasoning. A model that thinks aloud in `<think>` tags at its beginning reasons there."""

    def __init__(self) -> None:
        self._where = "start"
        self._held = ""

    def read(self, event: dict[str, Any]) -> tuple[str, str]:
        """(text, reasoning) that this event adds."""
        choices = event.get("choices")
        choice = choices[0] if isinstance(choices, list) and choices else None
        if not isinstance(choice, dict) or choice.get("index", 0) != 0:
            return "", ""
        delta = choice.get("delta")
        if not isinstance(delta, dict):
            return "", ""
        text, folded = self._told_apart(_string(delta.get("content")))
        return text, _string(delta.get("reasoning_content") or delta.get("reasoning")) + folded

    def rest(self) -> tuple[str, str]:
        """What was held back because it might have become a tag."""
        held, self._held = self._held, ""
        return ("", held) if self._where == "thinking" else (held, "")

    def _told_apart(self, content: str) -> tuple[str, str]:
        if self._where == "text" or not content:
            return content, ""
        self._held += content
        if self._where == "start" and not self._begun():
            return "", ""
        return self._until_closed() if self._where == "thinking" else self.rest()

    def _begun(self) -> bool:
        """Whether it is clear by now if the content begins with the tag."""
        beginning = self._held.lstrip()
        if len(beginning) < len(OPEN) and OPEN.startswith(beginning):
            return False
        self._where = "thinking" if beginning.startswith(OPEN) else "text"
        if self._where == "thinking":
            self._held = beginning.removeprefix(OPEN)
        return True

    def _until_closed(self) -> tuple[str, str]:
        reasoning, tag, text = self._held.partition(CLOSE)
        if tag:
            self._where, self._held = "text", ""
            return text, reasoning
        kept = _overlap(self._held)
        self._held = reasoning[len(reasoning) - kept :]
        return "", reasoning[: len(reasoning) - kept]


def _overlap(text: str) -> int:
    """How much of the end of `text` may be the beginning of the closing tag."""
    return next((size for size in range(len(CLOSE) - 1, 0, -1) if text.endswith(CLOSE[:size])), 0)


def _string(value: object) -> str:
    return storable(value) if isinstance(value, str) else ""
