"""A chat completion as it is asked for: checked where we know what is meant, untouched where we only forward."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from common.chat_shapes import CHAT
from common.errors import BadRequest
from common.shapes import Misfit


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
        try:
            CHAT.check(body)
        except Misfit as misfit:
            path = misfit.path[:200]
            raise BadRequest(f"'{path}' {misfit.what}.", param=path, code=misfit.code) from None
        return cls(
            body=body,
            model=body["model"],
            messages=body["messages"],
            stream=body.get("stream") or False,
            choices=body.get("n") or 1,
            max_output=_max_output(body),
        )


def _max_output(body: dict[str, Any]) -> int | None:
    """A provider reads whichever of the two it likes, so both together have no bound that we could hold money for."""
    older, newer = body.get("max_tokens"), body.get("max_completion_tokens")
    if older is not None and newer is not None:
        raise BadRequest("'max_tokens' and 'max_completion_tokens' cannot both be given.", param="max_tokens")
    limit: int | None = older if newer is None else newer
    return limit
