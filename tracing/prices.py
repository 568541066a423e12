"""What the tokens of a call cost: by the project's own costs, else by the catalog's prices.

The client adds up the usage of a call and of all below it, model by model, in the call's summary.
"""

from __future__ import annotations

import math
import time
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from inference_catalog.models import Price
from tracing.models import Cost

#: Seconds for which prices are taken without asking the database again.
CACHED_FOR = 5.0
#: Micro-USD per million tokens, in dollars per token.
_PER_TOKEN = 1e-12

_cache: dict[uuid.UUID, tuple[float, dict[str, list[Rate]]]] = {}


@dataclass(frozen=True, slots=True)
class Usage:
    requests: int
    prompt_tokens: int
    completion_tokens: int
    total_tokens: int
    cache_read: int = 0
    cache_creation: int = 0

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> Usage:
        """Providers name the same two numbers differently; both names add up where calls of both kinds were added."""
        prompt = _number(said, "prompt_tokens") + _number(said, "input_tokens")
        completion = _number(said, "completion_tokens") + _number(said, "output_tokens")
        return cls(
            requests=_number(said, "requests"),
            prompt_tokens=prompt,
            completion_tokens=completion,
            total_tokens=_number(said, "total_tokens") or prompt + completion,
            cache_read=_number(said, "cache_read_input_tokens"),
            cache_creation=_number(said, "cache_creation_input_tokens"),
        )


@dataclass(frozen=True, slots=True)
class Rate:
    """Dollars per token from a moment on."""

    effective_date: datetime
    prompt: float
    completion: float
    cache_read: float
    cache_creation: float
    #: The project's own, or the catalog's.
    level: str
    level_id: str
    provider_id: str = "default"


@dataclass(frozen=True, slots=True)
class Spent:
    rate: Rate
    prompt: float
    completion: float
    cache_read: float
    cache_creation: float

    @property
    def total(self) -> float:
        return self.prompt + self.completion + self.cache_read + self.cache_creation


def usage_of(summary: Mapping[str, Any] | None) -> dict[str, Usage]:
    by_model = (summary or {}).get("usage")
    if not isinstance(by_model, dict):
        return {}
    return {model: Usage.read(said) for model, said in by_model.items() if isinstance(said, dict)}


def costs_of(project_id: uuid.UUID, usage: Mapping[str, Usage], at: datetime) -> dict[str, Spent]:
    """Of the models that have a price."""
    rates = {model: rate_of(project_id, model, at) for model in usage}
    return {model: _spent(used, rate) for model, used in usage.items() if (rate := rates[model])}


def rate_of(project_id: uuid.UUID, model: str, at: datetime) -> Rate | None:
    """The rate in force at that time, else the first there was: who sets a cost means the calls that were made, too."""
    rates = _rates(project_id).get(model, [])
    return next((rate for rate in rates if rate.effective_date <= at), rates[-1] if rates else None)


def forget(project_id: uuid.UUID) -> None:
    _cache.pop(project_id, None)


def _spent(used: Usage, rate: Rate) -> Spent:
    return Spent(
        rate,
        prompt=used.prompt_tokens * rate.prompt,
        completion=used.completion_tokens * rate.completion,
        cache_read=used.cache_read * rate.cache_read,
        cache_creation=used.cache_creation * rate.cache_creation,
    )


def _rates(project_id: uuid.UUID) -> dict[str, list[Rate]]:
    """By model, the newest first."""
    until, rates = _cache.get(project_id, (0.0, {}))
    if until < time.monotonic():
        rates = _listed(_catalogs()) | _listed(_own(project_id))
        _cache[project_id] = (time.monotonic() + CACHED_FOR, rates)
    return rates


def _listed(rates: Iterable[tuple[str, Rate]]) -> dict[str, list[Rate]]:
    by_model: dict[str, list[Rate]] = {}
    for model, rate in rates:
        by_model.setdefault(model, []).append(rate)
    return by_model


def _catalogs() -> Iterable[tuple[str, Rate]]:
    for price in Price.objects.select_related("model").order_by("-effective_at"):
        prompt, completion = price.input * _PER_TOKEN, price.output * _PER_TOKEN
        yield price.model.model_id, Rate(price.effective_at, prompt, completion, 0, 0, "default", "default")


def _own(project_id: uuid.UUID) -> Iterable[tuple[str, Rate]]:
    for cost in Cost.objects.filter(project=project_id).order_by("-effective_date"):
        yield (
            cost.llm_id,
            Rate(
                cost.effective_date,
                cost.prompt_token_cost,
                cost.completion_token_cost,
                cost.cache_read_input_token_cost,
                cost.cache_creation_input_token_cost,
                "project",
                str(project_id),
                cost.provider_id,
            ),
        )


def _number(said: Mapping[str, Any], name: str) -> int:
    value = said.get(name)
    return int(value) if isinstance(value, int) or (isinstance(value, float) and math.isfinite(value)) else 0
