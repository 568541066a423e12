"""What is told of a completion when it is over."""

from __future__ import annotations

import uuid
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Receipt:
    id: uuid.UUID
    #: "completed" if the provider said it was finished; else "stopped" or "failed".
    outcome: str
    finish_reason: str
    #: {"code", "message"} for people, when it failed.
    error: dict[str, str] | None
    prompt_tokens: int
    cached_tokens: int
    completion_tokens: int
    reasoning_tokens: int
    #: "reported" by the provider, or "estimated" here.
    certainty: str
    #: Pico-USD.
    cost: int
    ttft_ms: int | None
    duration_ms: int
    #: The provider's name.
    provider: str
    is_simulated: bool

    @property
    def trace_id(self) -> uuid.UUID:
        return self.id
