"""A value in one line of a table."""

from __future__ import annotations

from typing import Any

from tracing import json_text, links
from tracing.refs import is_ref
from tracing.values import is_custom, moment_in

LETTERS = 160


def preview(value: Any, letters: int = LETTERS) -> str:
    """Text as it is, a reference by its name, and anything else as its JSON, all cut where a cell ends."""
    if value is None:
        return ""
    if is_ref(value):
        return links.short(value)
    value = _custom(value) or value
    text = value[: letters + 1] if isinstance(value, str) else json_text.dump(value)
    return text if len(text) <= letters else f"{text[:letters]}…"


def _custom(value: Any) -> str:
    """A time, or the kind of an image, of audio and the like: what the client sends of them says less to people."""
    if not is_custom(value):
        return ""
    kind = value.get("weave_type")
    name = kind.get("type") if isinstance(kind, dict) else None
    return moment_in(value) or (name.rpartition(".")[2] if isinstance(name, str) else "")
