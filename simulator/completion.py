"""One completion from request to what will be sent, still without time or transport."""

from __future__ import annotations

import random
import time
import uuid
from dataclasses import dataclass
from typing import Any

from simulator.answers import Choice, choices_for
from simulator.errors import BadRequest
from simulator.images import pictures_of
from simulator.models import Profile
from simulator.pace import Pace
from simulator.recording import odds_of, record
from simulator.request import ChatRequest
from simulator.sse import ChunkEncoder
from simulator.tape import Tape
from simulator.tokenizer import prompt_tokens
from simulator.writing.randomness import random_for


@dataclass(slots=True)
class Completion:
    id: str
    created: int
    request: ChatRequest
    choices: list[Choice]
    prompt: list[str]
    pace: Pace
    rng: random.Random
    cached: int = 0

    @property
    def tokens(self) -> int:
        return sum(choice.tokens for choice in self.choices)

    def usage(self) -> dict[str, Any]:
        reasoning = sum(len(choice.reasoning) for choice in self.choices)
        return {
            "prompt_tokens": len(self.prompt),
            "completion_tokens": self.tokens,
            "total_tokens": len(self.prompt) + self.tokens,
            "prompt_tokens_details": {"cached_tokens": self.cached},
            "completion_tokens_details": {"reasoning_tokens": reasoning},
        }

    def tape(self) -> Tape:
        options = self.request.stream_options
        kind = "none"
        if options is not None and options.include_usage:
            kind = "each" if options.continuous_usage_stats else "last"
        encoder = ChunkEncoder(self.id, self.created, self.request.model, kind, len(self.prompt))
        return record(self.request, self.choices, encoder, self.pace, self.rng, self.usage())

    def dues(self) -> list[float]:
        """When each token would have been generated, for an answer sent in one piece."""
        longest = max(choice.tokens for choice in self.choices)
        return self.pace.dues(max(1, longest), self.rng)

    def body(self) -> dict[str, Any]:
        body = {
            "id": self.id,
            "object": "chat.completion",
            "created": self.created,
            "model": self.request.model,
            "choices": [self._choice(index, choice) for index, choice in enumerate(self.choices)],
        }
        drill = self.request.drill
        if not drill.no_usage:
            body["usage"] = None if drill.null_usage else self.usage()
        return body

    def _choice(self, index: int, choice: Choice) -> dict[str, Any]:
        said = "".join(choice.content)
        message: dict[str, Any] = {"role": "assistant", "content": None if choice.calls else said, "refusal": None}
        if choice.reasoning:
            message["reasoning_content"] = "".join(choice.reasoning)
        if choice.calls:
            message["tool_calls"] = [call.whole() for call in choice.calls]
        drill = self.request.drill
        odds = odds_of(self.request, choice.content, self.rng)
        return {
            "index": index,
            "message": message,
            "logprobs": {"content": odds} if odds is not None else None,
            "finish_reason": drill.finish_reason if drill.sets("finish_reason") else choice.finish,
        }

    def said(self, tokens: int) -> list[dict[str, str]]:
        """The texts of the choices as far as the first so many tokens of each go."""
        texts = []
        for choice in self.choices:
            thought = choice.reasoning[:tokens]
            text = choice.content[: tokens - len(thought)]
            texts.append({"reasoning": "".join(thought), "content": "".join(text)})
        return texts


def complete(request: ChatRequest, profile: Profile) -> Completion:
    """Everything that takes thought; safe to run in a thread. Raises ApiError."""
    pictures = pictures_of(request, profile)
    prompt = prompt_tokens(_texts(request)) + ["<|image|>"] * sum(picture.tokens for picture in pictures)
    room = profile.context - len(prompt)
    if room < (request.limit or 1):
        raise BadRequest(
            f"This model's context holds {profile.context} tokens; the prompt has {len(prompt)} and"
            f" {request.limit or 'at least 1'} more are asked for.",
            param="messages",
            code="context_length_exceeded",
        )
    return Completion(
        id=f"chatcmpl-{uuid.uuid4().hex}",
        created=int(time.time()),
        request=request,
        choices=choices_for(request, profile, pictures),
        prompt=prompt,
        pace=Pace.of(profile, request.drill),
        rng=random_for(request, purpose="pace"),
    )


def _texts(request: ChatRequest) -> list[str]:
    texts = [f"{tool.function.model_dump_json()}" for tool in request.tools or []]
    for message in request.messages:
        calls = "".join(str(call.get("function", "")) for call in message.tool_calls or [])
        texts.append(f"{message.role}\n{message.text}{calls}")
    return texts
