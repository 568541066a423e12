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

from django.db.models import Q

from inference_catalog.models import Offering, Price
from tracing.models import Cost

#: Seconds for which prices are taken without asking the database again.
CACHED_FOR = 5.0
#: Micro-USD per million tokens, in dollars per token.
_PER_TOKEN = 1e-12
#: Where OpenAI's usages say how much of the prompt was cached.
DETAILS = ("prompt_tokens_details", "input_tokens_details")

_cache: dict[uuid.UUID, tuple[float, dict[str, list[Rate]]]] = {}


@dataclass(frozen=True, slots=True)
class Usage:
    requests: int
    prompt_tokens: int
    completion_tokens: int
    total_tokens: int
    cache_read: int = 0
    cache_creation: int = 0
    #: Those of the prompt that were read from a cache; other providers do not count what they read as prompt.
    cached_prompt: int = 0

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> Usage:
        """Providers name the same two numbers differently; both names add up where calls of both kinds were added."""
        prompt = _number(said, "prompt_tokens") + _number(said, "input_tokens")
        completion = _number(said, "completion_tokens") + _number(said, "output_tokens")
        cached = sum(_number(inner, "cached_tokens") for name in DETAILS if isinstance(inner := said.get(name), dict))
        return cls(
            requests=_number(said, "requests"),
            prompt_tokens=prompt,
            completion_tokens=completion,
            total_tokens=_number(said, "total_tokens") or prompt + completion,
            cache_read=_number(said, "cache_read_input_tokens") or cached,
            cache_creation=_number(said, "cache_creation_input_tokens"),
            cached_prompt=min(cached, prompt),
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
    """A project that set no cost for what is cached pays for it as for the rest of the prompt."""
    has_own_cost = rate.cache_read > 0 or rate.level == "default"
    return Spent(
        rate,
        prompt=(used.prompt_tokens - (used.cached_prompt if has_own_cost else 0)) * rate.prompt,
        completion=used.completion_tokens * rate.completion,
        cache_read=used.cache_read * rate.cache_read,
        cache_creation=used.cache_creation * rate.cache_creation,
    )


def _rates(project_id: uuid.UUID) -> dict[str, list[Rate]]:
    """By model, the newest first."""
    until, rates = _cache.get(project_id, (0.0, {}))
    if until < time.monotonic():
        rates = _listed(_catalogs(project_id)) | _listed(_own(project_id))
        _cache[project_id] = (time.monotonic() + CACHED_FOR, rates)
    return rates


def _listed(rates: Iterable[tuple[str, Rate]]) -> dict[str, list[Rate]]:
    by_model: dict[str, list[Rate]] = {}
    for model, rate in rates:
        by_model.setdefault(model, []).append(rate)
    return by_model


def _catalogs(project_id: uuid.UUID) -> Iterable[tuple[str, Rate]]:
    """Those of models that the project's team may call. Answers may name a model as its provider does."""
    seen = Q(model__team=None) | Q(model__team__projects=project_id)
    named = list(Offering.objects.filter(seen).values_list("model_id", "upstream_id"))
    for price in Price.objects.filter(seen).select_related("model").order_by("-effective_at"):
        cached = price.input if price.cached_input is None else price.cached_input
        prompt, completion, read = (micro * _PER_TOKEN for micro in (price.input, price.output, cached))
        rate = Rate(price.effective_at, prompt, completion, read, 0, "default", "default")
        for name in {price.model.model_id, *(name for model, name in named if model == price.model_id)}:
            yield name, rate


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
