"""What an answer has used so far, read from what passes by; kept cheap, since it sees every chunk."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import Any

from common.texts import storable

log = logging.getLogger(__name__)

#: No honest count is larger, and the books' columns hold no larger one.
MOST_TOKENS = 2**31 - 1
#: Providers that send longer pieces than this bundle several tokens in one.
LONGEST_TOKEN = 16
BYTES_PER_TOKEN = 4
#: Characters of a finish reason.
LONGEST_REASON = 30


@dataclass(frozen=True, slots=True)
class Usage:
    prompt: int
    cached: int
    completion: int
    reasoning: int

    @classmethod
    def read(cls, value: object) -> Usage | None:
        """None for what is not a usage: null, or without its two counts."""
        if not isinstance(value, dict):
            return None
        prompt, completion = _count(value.get("prompt_tokens")), _count(value.get("completion_tokens"))
        if prompt is None or completion is None:
            return None
        cached = _count(_member(value, "prompt_tokens_details", "cached_tokens")) or 0
        reasoning = _count(_member(value, "completion_tokens_details", "reasoning_tokens")) or 0
        return cls(prompt=prompt, cached=min(cached, prompt), completion=completion, reasoning=reasoning)


def _member(value: dict[str, Any], outer: str, inner: str) -> object:
    details = value.get(outer)
    return details.get(inner) if isinstance(details, dict) else None


def _count(value: object) -> int | None:
    is_count = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_TOKENS
    return value if is_count and isinstance(value, int) else None


class Meter:
    """`prompt_estimate` counts until the provider says better, and only once the provider was asked.

    A provider that reports more than `most_prompt` or `most_completion` has miscounted, and is not believed.
    """

    def __init__(
        self, prompt_estimate: int, *, most_prompt: int = MOST_TOKENS, most_completion: int = MOST_TOKENS
    ) -> None:
        self._prompt_estimate = prompt_estimate
        self._most_prompt = most_prompt
        self._most_completion = most_completion
        self.usage: Usage | None = None
        self.was_asked = False
        self.is_done = False
        #: When the provider that answers began to: with its headers.
        self.answered_at: float | None = None
        self.finish_reason = ""
        self.first_token_at: float | None = None
        self.last_token_at: float | None = None
        self._pieces = 0
        self._bytes = 0
        self._open: set[int] = set()
        self._finished: set[int] = set()

    @property
    def prompt_tokens(self) -> int:
        if self.usage is not None:
            return self.usage.prompt
        return self._prompt_estimate if self.was_asked else 0

    @property
    def completion_tokens(self) -> int:
        return self.delivered if self.usage is None else self.usage.completion

    @property
    def delivered(self) -> int:
        """Tokens as we count them, whatever the provider reports."""
        if self._bytes > self._pieces * LONGEST_TOKEN:
            return self._bytes // BYTES_PER_TOKEN
        return self._pieces

    @property
    def is_finished(self) -> bool:
        """The provider said so: by a finish reason for every choice, or by the stream's last event."""
        return self.is_done or (bool(self._finished) and not self._open)

    def add(self, size: int, now: float) -> None:
        """A piece of so many bytes and nothing else, of a choice that was observed before."""
        self._pieces += 1
        self._bytes += size
        self.last_token_at = now
        if self.first_token_at is None:
            self.first_token_at = now

    def observe(self, chunk: dict[str, Any], now: float) -> None:
        """One chunk of a streamed answer, which arrived now."""
        if chunk.get("usage"):
            self.usage = self._believed(chunk["usage"]) or self.usage
        choices = chunk.get("choices")
        if isinstance(choices, list):
            for choice in choices:
                if isinstance(choice, dict):
                    self._observe(choice, choice.get("delta"), now)

    def observe_whole(self, answer: dict[str, Any]) -> None:
        """An answer that came in one piece."""
        self.usage, now = self._believed(answer.get("usage")), time.monotonic()
        choices = answer.get("choices")
        for choice in choices if isinstance(choices, list) else []:
            if isinstance(choice, dict):
                self._observe(choice, choice.get("message"), now)
        if self._pieces:
            # One piece holds it all, so only its length tells.
            self._pieces = min(self._pieces, self._bytes // LONGEST_TOKEN)
        self.is_done = True

    def _believed(self, value: object) -> Usage | None:
        usage = Usage.read(value)
        if usage is None or (usage.prompt <= self._most_prompt and usage.completion <= self._most_completion):
            return usage
        log.warning("not believed: %d tokens of prompt, %d of completion", usage.prompt, usage.completion)
        return None

    def _observe(self, choice: dict[str, Any], delta: object, now: float) -> None:
        index = choice.get("index")
        index = index if isinstance(index, int) else 0
        if isinstance(delta, dict) and (size := _size(delta)):
            self.add(size, now)
        if reason := choice.get("finish_reason"):
            self.finish_reason = storable(str(reason)[:LONGEST_REASON])
            self._finished.add(index)
            self._open.discard(index)
        elif index not in self._finished:
            self._open.add(index)


def _size(delta: dict[str, Any]) -> int:
    """Bytes of text in what was generated: the answer, its reasoning, the arguments of calls."""
    size = 0
    for name in ("content", "reasoning_content", "reasoning", "refusal"):
        text = delta.get(name)
        if text and isinstance(text, str):
            size += len(text) if text.isascii() else len(text.encode(errors="replace"))
    calls = delta.get("tool_calls")
    for call in calls if isinstance(calls, list) else ():
        function = call.get("function") if isinstance(call, dict) else None
        if isinstance(function, dict):
            size += sum(len(text) for name in ("name", "arguments") if isinstance(text := function.get(name), str))
    return size
