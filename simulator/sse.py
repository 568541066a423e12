"""Server-sent events of one completion. What never changes is encoded once; a token costs one small join."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

DONE = "data: [DONE]\n\n"


encoded = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def to_bytes(text: str) -> bytes:
    """UTF-8; half of a surrogate pair, which JSON can smuggle in, becomes a question mark."""
    return text.encode("utf-8", "replace")


@dataclass(slots=True)
class ChunkEncoder:
    """`usage` is none, last (null but in the last chunk) or each (a value in every chunk)."""

    id: str
    created: int
    model: str
    usage: str
    prompt_tokens: int
    head: str = field(init=False)

    def __post_init__(self) -> None:
        start = {"id": self.id, "object": "chat.completion.chunk", "created": self.created, "model": self.model}
        self.head = f"data: {encoded(start)[:-1]}"

    def chunk(
        self, index: int, delta: str, *, finish: str | None = None, logprobs: Any = None, generated: int = 0
    ) -> str:
        """`delta` is JSON already."""
        odds = encoded({"content": logprobs}) if logprobs else "null"
        return (
            f'{self.head},"choices":[{{"index":{index},"delta":{delta},"logprobs":{odds},'
            f'"finish_reason":{encoded(finish)}}}]{self._tail(generated)}'
        )

    def _tail(self, generated: int) -> str:
        if self.usage == "each":
            usage = {
                "prompt_tokens": self.prompt_tokens,
                "completion_tokens": generated,
                "total_tokens": self.prompt_tokens + generated,
            }
            return f',"usage":{encoded(usage)}}}\n\n'
        return ',"usage":null}\n\n' if self.usage == "last" else "}\n\n"

    def last_usage(self, usage: dict[str, Any] | None) -> str:
        return f'{self.head},"choices":[],"usage":{encoded(usage)}}}\n\n'
