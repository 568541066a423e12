"""Usage of calls: with all below them, and over time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from itertools import chain, islice
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from tracing import call_stats, json_text, prices
from tracing.call_queries import Filter, matching
from tracing.errors import Invalid
from tracing.models import Call
from tracing.recording import pieces
from tracing.shapes import InProject, Members, Moment
from tracing.visits import Space, Visit, taking

Limit = Annotated[int, Field(ge=1, le=100_000)]
Aggregation = Literal["sum", "avg", "min", "max", "count", "count_true", "count_false"]
#: Columns that usage is in; the others may be long.
_READ = ("call_id", "started_at", "ended_at", "summary")
_TOKENS = {
    "prompt_tokens": "prompt_tokens",
    "completion_tokens": "completion_tokens",
    "total_tokens": "total_tokens",
    "requests": "requests",
    "cache_read_input_tokens": "cache_read",
    "cache_creation_input_tokens": "cache_creation",
}


class Usage(InProject):
    call_ids: list[str]
    include_costs: bool = False
    limit: Limit = 10_000


class TraceUsage(InProject):
    filter: Filter | None = None
    query: Members | None = None
    include_costs: bool = False
    limit: Limit = 10_000


class Metric(BaseModel):
    metric: str
    aggregations: list[Aggregation] = []
    percentiles: list[Annotated[float, Field(ge=0, le=100)]] = []


class Stats(InProject):
    start: Moment
    end: Moment | None = None
    granularity: Annotated[int, Field(ge=1)] | None = None
    timezone: str = "UTC"
    filter: Filter | None = None
    call_metrics: list[Metric] | None = None
    usage_metrics: list[Metric] | None = None


@taking(Usage)
def usage(visit: Visit, body: Usage) -> Any:
    space = visit.space(body.project_id)
    calls = Call.objects.filter(project=space.project_id).visible().only(*_READ)
    found = chain.from_iterable(calls.filter(call_id__in=piece) for piece in pieces(body.call_ids))
    return _used(space, islice(found, body.limit), costs=body.include_costs)


@taking(TraceUsage, may_take_long=True)
def trace_usage(visit: Visit, body: TraceUsage) -> Any:
    space = visit.space(body.project_id)
    found = matching(space, body.filter, body.query).order_by("started_at").only(*_READ)[: body.limit]
    return _used(space, found.iterator(), costs=body.include_costs)


@taking(Stats, may_take_long=True)
def stats(visit: Visit, body: Stats) -> Any:
    space = visit.space(body.project_id)
    for metric in [*(body.call_metrics or []), *(body.usage_metrics or [])]:
        if metric.metric not in call_stats.METRICS:
            raise Invalid(f"'{metric.metric[:100]}' is nothing that is counted.")
    return call_stats.over_time(space, body)


def _used(space: Space, calls: Iterable[Call], *, costs: bool) -> Any:
    """A call's summary has what was used below it already: the client adds it up. One that runs has none yet."""
    used, unfinished = {}, []
    for call in calls:
        if call.ended_at is None:
            unfinished.append(call.call_id)
        by_model = prices.usage_of(json_text.load(call.summary or "{}"))
        spent = prices.costs_of(space.project_id, by_model, call.started_at) if costs and call.started_at else {}
        used[call.call_id] = {model: _shown(one, spent.get(model)) for model, one in by_model.items()}
    return {"call_usage": used, "unfinished_call_ids": unfinished}


def _shown(used: prices.Usage, spent: prices.Spent | None) -> dict[str, Any]:
    said = asdict(used)
    counts = {name: said[attribute] for name, attribute in _TOKENS.items()}
    if spent is None:
        return counts
    return counts | {
        "prompt_tokens_total_cost": spent.prompt,
        "completion_tokens_total_cost": spent.completion,
        "cache_read_input_tokens_total_cost": spent.cache_read,
        "cache_creation_input_tokens_total_cost": spent.cache_creation,
    }
