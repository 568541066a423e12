"""Log probabilities that are well-formed and plausible: the token itself first, its rivals after it."""

from __future__ import annotations

import math
import random
from typing import Any

RIVALS = (" the", " a", ",", ".", " and", " of", "\n", " in", " is", " to", " it", " that", " for", "-", " an", " or")


def entry(token: str, rng: random.Random, top: int) -> dict[str, Any]:
    probability = 0.35 + 0.6 * rng.random()
    rivals = [rival for rival in rng.sample(RIVALS, len(RIVALS)) if rival != token]
    alternatives = [_one(token, probability)]
    left = 1 - probability
    for rival in (rivals + [f" {number}" for number in range(20)])[: max(0, top - 1)]:
        left /= 2
        alternatives.append(_one(rival, left))
    return {**_one(token, probability), "top_logprobs": alternatives[:top]}


def _one(token: str, probability: float) -> dict[str, Any]:
    text = token.encode("utf-8", "replace")
    return {"token": token, "logprob": round(math.log(probability), 6), "bytes": list(text)}
