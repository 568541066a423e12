"""Calls over time: latency, counts, errors, tokens and dollars by buckets, for charts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone

from tracing import json_text, prices
from tracing.buckets import aggregated, bucket, granularity, zone
from tracing.call_queries import matching
from tracing.models import Call
from tracing.visits import Space

_OF_CALLS: dict[str, Callable[[Call], float | None]] = {
    "latency_ms": lambda call: call.latency_ms,
    "call_count": lambda _call: 1,
    "error_count": lambda call: int(call.status == Call.Status.ERROR),
}
_OF_USAGE: dict[str, Callable[[prices.Usage, prices.Spent | None], float | None]] = {
    "input_tokens": lambda used, _spent: used.prompt_tokens,
    "output_tokens": lambda used, _spent: used.completion_tokens,
    "total_tokens": lambda used, _spent: used.total_tokens,
    "cache_read_input_tokens": lambda used, _spent: used.cache_read,
    "cache_creation_input_tokens": lambda used, _spent: used.cache_creation,
    "input_cost": lambda _used, spent: spent.prompt if spent else None,
    "output_cost": lambda _used, spent: spent.completion if spent else None,
    "total_cost": lambda _used, spent: spent.total if spent else None,
}
METRICS = frozenset([*_OF_CALLS, *_OF_USAGE])


def over_time(space: Space, asked: Any) -> dict[str, Any]:
    """`asked` is the body of the request, as in tracing/views/call_usage.py."""
    end = asked.end or timezone.now()
    step = granularity(asked.start, end, asked.granularity)
    where = zone(asked.timezone)
    found = matching(space, asked.filter, None).filter(started_at__gte=asked.start, started_at__lt=end)
    if asked.usage_metrics and not (asked.filter and asked.filter.trace_roots_only):
        found = found.annotate(is_sum=Exists(_below(space)))
    of_calls: list[dict[str, Any]] = []
    of_usage: list[dict[str, Any]] = []
    timed = found.order_by("started_at").defer("inputs", "output", "attributes", "exception", "otel_dump").iterator()
    # No more of them are held than are in a bucket.
    for moment, within in groupby(timed, lambda call: bucket(call.started_at or asked.start, step, where)):
        calls = list(within)
        of_calls += _call_buckets(moment, calls, asked.call_metrics or [])
        of_usage += _usage_buckets(space, moment, calls, asked.usage_metrics or [])
    return {
        "start": asked.start,
        "end": end,
        "granularity": step,
        "timezone": asked.timezone,
        "call_buckets": of_calls,
        "usage_buckets": of_usage,
    }


def _below(space: Space) -> Any:
    used = Call.objects.filter(project=space.project_id, parent_id=OuterRef("call_id"), tokens__isnull=False)
    return used.visible()


def _call_buckets(moment: datetime, calls: Sequence[Call], metrics: Sequence[Any]) -> Iterator[dict[str, Any]]:
    if metrics:
        values = {one.metric: [_OF_CALLS[one.metric](call) for call in calls] for one in _of(metrics, _OF_CALLS)}
        yield {"timestamp": moment.isoformat(), "count": len(calls), **_aggregated(metrics, values)}


def _usage_buckets(
    space: Space, moment: datetime, calls: Sequence[Call], metrics: Sequence[Any]
) -> Iterator[dict[str, Any]]:
    """A call has the usage of those below it, too: where both are asked for, the innermost alone count."""
    by_model: dict[str, list[tuple[prices.Usage, prices.Spent | None]]] = defaultdict(list)
    for call in calls if metrics else ():
        if getattr(call, "is_sum", False):
            continue
        usage = prices.usage_of(json_text.load(call.summary or "{}"))
        spent = prices.costs_of(space.project_id, usage, moment)
        for model, used in usage.items():
            by_model[model].append((used, spent.get(model)))
    for model, pairs in by_model.items():
        values = {one.metric: [_OF_USAGE[one.metric](*pair) for pair in pairs] for one in _of(metrics, _OF_USAGE)}
        yield {
            "timestamp": moment.isoformat(),
            "model": model,
            "count": len(pairs),
            **_aggregated(metrics, values),
        }


def _of(metrics: Sequence[Any], known: dict[str, Any]) -> list[Any]:
    return [metric for metric in metrics if metric.metric in known]


def _aggregated(metrics: Sequence[Any], values: dict[str, list[float | None]]) -> dict[str, float | None]:
    shown: dict[str, float | None] = {}
    for metric in metrics:
        known = [value for value in values.get(metric.metric, []) if value is not None]
        names = metric.aggregations or ([] if metric.percentiles else ["sum"])
        told = aggregated(known, names, metric.percentiles)
        shown |= {f"{name}_{metric.metric}": value for name, value in told.items()}
    return shown
