"""A prompt that was published, put before the messages of a request, with what its placeholders stand for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tracing.errors import Invalid
from tracing.resolving import resolve
from tracing.visits import Guest

#: Characters that stand for the placeholders of a request, in all.
MOST_FILLED = 10_000_000
_PLACE = re.compile(r"\{([^{}]*)\}")


def formatted(guest: Guest, inputs: Mapping[str, Any]) -> list[Any]:
    """The request's messages, after those of its prompt. Raises Invalid."""
    messages = [*messages_of(guest, inputs.get("prompt")), *(inputs.get("messages") or [])]
    named = inputs.get("template_vars")
    return filled(messages, named) if isinstance(named, dict) and named else messages


def messages_of(guest: Guest, ref: Any) -> list[Any]:
    """Those of a prompt; none without one. Raises Invalid."""
    if not ref:
        return []
    [prompt] = resolve(guest, [ref]) if isinstance(ref, str) else [None]
    messages = prompt.get("messages") if isinstance(prompt, dict) else None
    if not isinstance(messages, list) or not all(isinstance(message, dict) for message in messages):
        raise Invalid("'prompt' must be the reference of a prompt with messages.")
    return [{name: part for name, part in message.items() if name[:1] != "_"} for message in messages]


def filled(value: Any, named: Mapping[str, Any]) -> Any:
    """Whatever else stands in braces stays, such as JSON; what takes a place is not looked into. Raises Invalid."""
    return _Filling({name: str(stands_for) for name, stands_for in named.items()}).of(value)


class _Filling:
    def __init__(self, named: Mapping[str, str]) -> None:
        self.named, self.left = named, MOST_FILLED

    def of(self, value: Any) -> Any:
        if isinstance(value, str):
            return _PLACE.sub(self._put, value)
        if isinstance(value, dict):
            return {name: self.of(part) for name, part in value.items()}
        return [self.of(part) for part in value] if isinstance(value, list) else value

    def _put(self, place: re.Match[str]) -> str:
        text = self.named.get(place[1], place[0])
        self.left -= len(text)
        if self.left < 0:
            raise Invalid(f"What stands for the placeholders has more than {MOST_FILLED:,} characters.")
        return text
