"""Why a call failed, in a line."""

from __future__ import annotations

from pydantic_core import from_json

LONGEST = 300


def reason(exception: str | None) -> str:
    """The client writes an exception as JSON with its type and message; its end may be cut off."""
    try:
        said = from_json(exception or "", allow_partial=True)
        text = f"{said['type']}: {said['message']}"
    except (ValueError, KeyError, TypeError):
        text = exception or ""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} …"
