"""A prompt that was published, put before the messages of a request, with what its placeholders stand for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tracing.errors import Invalid
from tracing.resolving import resolve
from tracing.visits import Guest


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
    if not isinstance(messages, list):
        raise Invalid("'prompt' must be the reference of a prompt with messages.")
    return [{name: part for name, part in message.items() if name[:1] != "_"} for message in messages]


def filled(value: Any, named: Mapping[str, Any]) -> Any:
    """Whatever else stands in braces stays, such as JSON."""
    if isinstance(value, str):
        for name, stands_for in named.items():
            value = value.replace(f"{{{name}}}", str(stands_for))
        return value
    if isinstance(value, dict):
        return {name: filled(part, named) for name, part in value.items()}
    return [filled(part, named) for part in value] if isinstance(value, list) else value
