"""How many tokens a prompt may have, before any tokenizer saw it: the most to hold, and the likely to bill."""

from __future__ import annotations

from typing import Any

#: Most text has more bytes to a token than the first; the second is usual.
LEAST_BYTES, USUAL_BYTES = 3, 4
#: What templates add around every message.
PER_MESSAGE = 8
PER_IMAGE = 3_000


def prompt(body: dict[str, Any]) -> tuple[int, int]:
    """(most, likely) tokens of all that the model is given to read."""
    size, images = _measure([body.get("messages"), body.get("tools"), body.get("response_format")])
    messages = body.get("messages")
    fixed = PER_MESSAGE * (1 + (len(messages) if isinstance(messages, list) else 0)) + PER_IMAGE * images
    return fixed + -(-size // LEAST_BYTES), fixed + -(-size // USUAL_BYTES)


def _measure(values: list[Any]) -> tuple[int, int]:
    """Bytes of text, and images. Without recursion: what is measured may be nested as deep as its sender liked."""
    size = images = 0
    while values:
        value = values.pop()
        if isinstance(value, str):
            size += len(value) if value.isascii() else len(value.encode(errors="replace"))
        elif isinstance(value, list):
            values += value
        elif isinstance(value, dict):
            if value.get("type") == "image_url":
                images += 1
                continue
            values += value.values()
            # Names of roles and members are the template's; only a schema's own are the prompt's.
            size += sum(map(len, value)) if "role" not in value else 0
        elif value is not None:
            size += 4
    return size, images
