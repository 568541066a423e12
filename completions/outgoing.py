"""The body of a request to a provider. What is long in it, images above all, is never held a second time."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

#: Characters from which a text is encoded piece by piece while it is sent, and of a piece.
LONG = PIECE = 64 * 1024
#: Levels below `messages`: message, content, part, image_url, url.
DEEPEST = 5
_json = partial(json.dumps, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Outgoing:
    length: int
    #: Bytes are encoded; texts are the inside of strings, encoded when their turn comes.
    parts: list[bytes | str]

    def data(self) -> bytes | AsyncIterator[bytes]:
        """For aiohttp: at once what is short, piece by piece what is long, as fast as the provider takes it."""
        first = self.parts[0]
        return first if len(self.parts) == 1 and isinstance(first, bytes) else self._pieces()

    async def _pieces(self) -> AsyncIterator[bytes]:
        for part in self.parts:
            for piece in [part] if isinstance(part, bytes) else _pieces(part):
                yield piece


async def outgoing(body: dict[str, Any]) -> Outgoing:
    if not _may_be_long(body):
        encoded = _encoded(body)
        return Outgoing(len(encoded), [encoded])
    return await asyncio.to_thread(_in_parts, body)


def _may_be_long(body: dict[str, Any]) -> bool:
    contents = [message.get("content") for message in body["messages"]]
    return any(isinstance(content, list) or (content and len(content) > LONG) for content in contents)


def _in_parts(body: dict[str, Any]) -> Outgoing:
    texts: dict[str, str] = {}
    rest = _encoded({**body, "messages": _lifted(body["messages"], texts, secrets.token_hex(16))})
    parts: list[bytes | str] = []
    for mark, text in texts.items():
        before, _, rest = rest.partition(mark.encode())
        parts += [before, text]
    parts.append(rest)
    return Outgoing(sum(_length(part) for part in parts), parts)


def _lifted(value: Any, texts: dict[str, str], mark: str, deeper: int = DEEPEST) -> Any:
    """The value with marks, which nobody can guess, in the place of long texts; `texts` has them by mark, in order."""
    if isinstance(value, str) and len(value) > LONG:
        mark = f"{mark}-{len(texts)}-"
        texts[mark] = value
        return mark
    if deeper and isinstance(value, list):
        return [_lifted(each, texts, mark, deeper - 1) for each in value]
    if deeper and isinstance(value, dict):
        return {name: _lifted(each, texts, mark, deeper - 1) for name, each in value.items()}
    return value


def _length(part: bytes | str) -> int:
    return len(part) if isinstance(part, bytes) else sum(map(len, _pieces(part)))


def _pieces(text: str) -> Iterator[bytes]:
    """The inside of a JSON string."""
    for start in range(0, len(text), PIECE):
        yield _encoded(text[start : start + PIECE])[1:-1]


def _encoded(value: Any) -> bytes:
    return _json(value).encode(errors="surrogatepass")
