"""A chat completion as it is asked for: checked where we depend on it, untouched where we only forward."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from common.errors import BadRequest

ROLES = ("system", "developer", "user", "assistant", "tool", "function")
MAX_CHOICES = 128


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """`body` is the caller's JSON object as it came; the other members are read from it."""

    body: dict[str, Any]
    model: str
    messages: list[dict[str, Any]]
    stream: bool
    choices: int
    max_output: int | None

    @classmethod
    def parse(cls, body: object) -> ChatRequest:
        """Raises BadRequest that names the parameter."""
        if not isinstance(body, dict):
            raise BadRequest("The body must be a JSON object.", code="invalid_type")
        limit = "max_completion_tokens" if body.get("max_completion_tokens") is not None else "max_tokens"
        return cls(
            body=body,
            model=_model(body.get("model")),
            messages=_messages(body.get("messages")),
            stream=_flag(body, "stream"),
            choices=_whole(body, "n", most=MAX_CHOICES) or 1,
            max_output=_whole(body, limit),
        )


def _model(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise BadRequest("'model' must name a model.", param="model", code="invalid_type")
    return value


def _messages(value: object) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not value:
        raise BadRequest("'messages' must be a list of at least one message.", param="messages", code="invalid_type")
    for index, message in enumerate(value):
        where = f"messages[{index}]"
        if not isinstance(message, dict):
            raise BadRequest(f"'{where}' must be an object.", param=where, code="invalid_type")
        if message.get("role") not in ROLES:
            raise BadRequest(f"'{where}.role' must be one of {', '.join(ROLES)}.", param=f"{where}.role")
        if not isinstance(message.get("content"), str | list | None):
            raise BadRequest(f"'{where}.content' must be text or a list of parts.", param=f"{where}.content")
    return value


def _flag(body: dict[str, Any], name: str) -> bool:
    value = body.get(name)
    if value is not None and not isinstance(value, bool):
        raise BadRequest(f"'{name}' must be true or false.", param=name, code="invalid_type")
    return bool(value)


def _whole(body: dict[str, Any], name: str, *, most: int | None = None) -> int | None:
    value = body.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadRequest(f"'{name}' must be a whole number.", param=name, code="invalid_type")
    if value < 1 or (most is not None and value > most):
        bounds = f"between 1 and {most}" if most else "at least 1"
        raise BadRequest(f"'{name}' must be {bounds}.", param=name)
    return value
