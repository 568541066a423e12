"""The source of every choice in an answer: the same request, the same choices."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Sequence
from typing import TypeVar

from simulator.request import ChatRequest

T = TypeVar("T")


def random_for(request: ChatRequest, index: int = 0, purpose: str = "answer") -> random.Random:
    """Choices that depend on the model, the messages, the seed and the temperature. At 0 the seed changes nothing."""
    temperature = 1.0 if request.temperature is None else round(request.temperature, 1)
    words = [request.model, [message.model_dump(mode="json") for message in request.messages], temperature, purpose]
    if temperature > 0:
        words += [request.seed, index]
    digest = hashlib.sha256(json.dumps(words, sort_keys=True).encode("utf-8", "backslashreplace")).digest()
    return random.Random(digest)  # noqa: S311 -- wording, not secrets


def some(rng: random.Random, options: Sequence[T], number: int) -> list[T]:
    """That many different options, in their own order."""
    chosen = sorted(rng.sample(range(len(options)), min(number, len(options))))
    return [options[at] for at in chosen]
