"""Calls over time: latency, counts, errors, tokens and dollars by buckets, for charts."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from statistics import fmean
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db.models import Exists, OuterRef
from django.utils import timezone

from tracing import json_text, prices
from tracing.call_queries import matching
from tracing.errors import Invalid
from tracing.models import Call
from tracing.visits import Space

_MOST_BUCKETS = 10_000
#: As many buckets as a chart has room for, if nobody says otherwise.
_USUAL_BUCKETS = 60
_NICE = (60, 300, 900, 1800, 3600, 10_800, 21_600, 43_200, 86_400, 604_800)

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
_AGGREGATIONS: dict[str, Callable[[Sequence[float]], float]] = {
    "sum": sum,
    "avg": fmean,
    "min": min,
    "max": max,
    "count": len,
    "count_true": lambda values: sum(bool(value) for value in values),
    "count_false": lambda values: sum(not value for value in values),
}


def over_time(space: Space, asked: Any) -> dict[str, Any]:
    """`asked` is the body of the request, as in tracing/views/call_usage.py."""
    end = asked.end or timezone.now()
    step = _granularity(asked.start, end, asked.granularity)
    zone = _zone(asked.timezone)
    calls: dict[datetime, list[Call]] = defaultdict(list)
    found = matching(space, asked.filter, None).filter(started_at__gte=asked.start, started_at__lt=end)
    if asked.usage_metrics and not (asked.filter and asked.filter.trace_roots_only):
        found = found.annotate(is_sum=Exists(_below(space)))
    for call in found.order_by("started_at").defer("inputs", "output", "attributes", "otel_dump").iterator():
        if call.started_at:
            calls[_bucket(call.started_at, step, zone)].append(call)
    return {
        "start": asked.start,
        "end": end,
        "granularity": step,
        "timezone": asked.timezone,
        "call_buckets": list(_call_buckets(calls, asked.call_metrics or [])),
        "usage_buckets": list(_usage_buckets(space, calls, asked.usage_metrics or [])),
    }


def _below(space: Space) -> Any:
    used = Call.objects.filter(project=space.project_id, parent_id=OuterRef("call_id"), tokens__isnull=False)
    return used.visible()


def _call_buckets(calls: dict[datetime, list[Call]], metrics: Sequence[Any]) -> Iterator[dict[str, Any]]:
    for moment, within in calls.items() if metrics else ():
        values = {
            metric.metric: [_OF_CALLS[metric.metric](call) for call in within] for metric in _of(metrics, _OF_CALLS)
        }
        yield {"timestamp": moment.isoformat(), "count": len(within), **_aggregated(metrics, values)}


def _usage_buckets(space: Space, calls: dict[datetime, list[Call]], metrics: Sequence[Any]) -> Iterator[dict[str, Any]]:
    """A call has the usage of those below it, too: where both are asked for, the innermost alone count."""
    for moment, within in calls.items() if metrics else ():
        by_model: dict[str, list[tuple[prices.Usage, prices.Spent | None]]] = defaultdict(list)
        for call in within:
            if getattr(call, "is_sum", False):
                continue
            usage = prices.usage_of(json_text.load(call.summary or "{}"))
            spent = prices.costs_of(space.project_id, usage, moment)
            for model, used in usage.items():
                by_model[model].append((used, spent.get(model)))
        for model, pairs in by_model.items():
            values = {
                metric.metric: [_OF_USAGE[metric.metric](*pair) for pair in pairs] for metric in _of(metrics, _OF_USAGE)
            }
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
        for name in metric.aggregations or ([] if metric.percentiles else ["sum"]):
            shown[f"{name}_{metric.metric}"] = _AGGREGATIONS[name](known) if known else None
        for percent in metric.percentiles:
            shown[f"p{percent:g}_{metric.metric}"] = _percentile(sorted(known), percent)
    return shown


def _percentile(values: Sequence[float], percent: float) -> float | None:
    if not values:
        return None
    place = (len(values) - 1) * percent / 100
    below = math.floor(place)
    above = min(below + 1, len(values) - 1)
    return values[below] + (values[above] - values[below]) * (place - below)


def _granularity(start: datetime, end: datetime, asked: int | None) -> int:
    seconds = (end - start).total_seconds()
    if seconds <= 0:
        raise Invalid("end: it must be after 'start'.")
    if asked is None:
        return next((step for step in _NICE if seconds / step <= _USUAL_BUCKETS), _NICE[-1])
    return max(asked, math.ceil(seconds / _MOST_BUCKETS))


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise Invalid(f"timezone: '{name[:100]}' is none that is known.") from None


def _bucket(moment: datetime, step: int, zone: ZoneInfo) -> datetime:
    """Buckets begin where days begin in that zone."""
    offset = (moment.astimezone(zone).utcoffset() or timedelta()).total_seconds()
    local = moment.timestamp() + offset
    return datetime.fromtimestamp(local - local % step - offset, UTC)
