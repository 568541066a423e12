"""How many tokens a prompt may have, before any tokenizer saw it: the most to hold, and the likely to bill."""

from __future__ import annotations

import json
from typing import Any

#: Most text has more bytes to a token than the first; the second is usual.
LEAST_BYTES, USUAL_BYTES = 3, 4
#: What templates add around every message.
PER_MESSAGE = 8
#: An image is cut into patches, whose number goes by its dimensions: its base64, a thousand times longer, is not read.
#: Models that see take some hundred tokens for a small image and about three thousand for one of 1,500 pixels a side.
PER_IMAGE = 3_000
#: Members that no model is given to read. All others count, those too that we do not know: a provider may put
#: documents, functions or a prediction into the prompt.
UNREAD = {
    "audio", "function_call", "logit_bias", "messages", "metadata", "modalities", "model", "reasoning_effort",
    "service_tier", "stop", "stream_options", "tool_choice", "user",
}  # fmt: skip


def prompt(body: dict[str, Any], besides: int = 0) -> tuple[int, int]:
    """(most, likely) tokens of all that the model is given to read, with so many bytes that are not in the body."""
    size, images = besides, 0
    for message in body["messages"]:
        of_message, of_images = _measure(message)
        size += of_message
        images += of_images
    size += sum(_written(value) for name, value in body.items() if name not in UNREAD)
    fixed = PER_MESSAGE * (1 + len(body["messages"])) + PER_IMAGE * images
    return fixed + -(-size // LEAST_BYTES), fixed + -(-size // USUAL_BYTES)


def _measure(message: dict[str, Any]) -> tuple[int, int]:
    """Bytes of text, and images. The names of its own members are the template's to write."""
    content = message.get("content")
    parts: list[Any] = content if isinstance(content, list) else [content]
    images = [part for part in parts if _is_image(part)]
    texts: list[Any] = [part for part in parts if not _is_image(part)]
    others = [value for name, value in message.items() if name != "content"]
    return _texts([*texts, *map(_besides_image, images), *others]), len(images)


def _is_image(part: object) -> bool:
    return isinstance(part, dict) and part.get("type") == "image_url"


def _besides_image(part: dict[str, Any]) -> list[Any]:
    """What else a part says: only an image's address is not read."""
    return [value for name, value in part.items() if name not in ("type", "image_url")]


def _texts(values: list[Any]) -> int:
    """Bytes. Without recursion: what is measured may be nested as deep as its sender liked."""
    size = 0
    while values:
        value = values.pop()
        if isinstance(value, str):
            size += _bytes(value)
        elif isinstance(value, list):
            values += value
        elif isinstance(value, dict):
            values += value.values()
            values += value.keys()
        elif value is not None:
            size += 4
    return size


def _written(value: object) -> int:
    """Bytes of what a template writes as JSON: of a schema, brackets and numbers are read too."""
    if isinstance(value, str):
        return _bytes(value)
    return _bytes(json.dumps(value, ensure_ascii=False)) if isinstance(value, dict | list) else 0


def _bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode(errors="replace"))
