"""What a call used and what that cost, by the prices known now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tracing import prices
from tracing.models import Call
from tracing.prices import Usage
from tracing.visits import Space


@dataclass(frozen=True, slots=True)
class OfModel:
    model: str
    usage: Usage
    #: Dollars; None where nobody knows a price.
    cost: float | None


@dataclass(frozen=True, slots=True)
class Spent:
    models: tuple[OfModel, ...]
    #: Of a call whose summary is not read: what it came to when it ended.
    kept_tokens: int | None = None
    kept_cost: float | None = None

    @property
    def prompt_tokens(self) -> int:
        return sum(one.usage.prompt_tokens for one in self.models)

    @property
    def completion_tokens(self) -> int:
        return sum(one.usage.completion_tokens for one in self.models)

    @property
    def tokens(self) -> int | None:
        return sum(one.usage.total_tokens for one in self.models) if self.models else self.kept_tokens

    @property
    def cost(self) -> float | None:
        known = [one.cost for one in self.models if one.cost is not None]
        return sum(known) if known else None if self.models else self.kept_cost


def spent_by(space: Space, call: Call, summary: Any) -> Spent:
    """`summary` is what the client said, None if it was not read."""
    usage = prices.usage_of(summary) if isinstance(summary, dict) else {}
    at = call.started_at or call.ended_at
    if not usage or at is None:
        return Spent((), call.tokens, call.cost)
    costs = prices.costs_of(space.project_id, usage, at)
    return Spent(
        tuple(OfModel(model, used, costs[model].total if model in costs else None) for model, used in usage.items())
    )
