"""What feedback says, over time: figures of what stands at a place in its payloads, and which places there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from tracing import json_text
from tracing.buckets import aggregated, bucket, granularity, zone
from tracing.field_paths import split
from tracing.models import Feedback
from tracing.visits import Space

_USUAL = {"numeric": ("avg", "min", "max"), "boolean": ("count_true", "count_false"), "categorical": ("count",)}
#: How deep a place may stand.
_DEPTH = 10
#: Payloads that are held at once.
PIECE = 20


@dataclass(slots=True)
class Within:
    """A bucket: how many payloads it has, and of each metric the values. The payloads themselves are not kept."""

    values: list[list[float]]
    count: int = 0

    def add(self, places: Sequence[tuple[Any, Sequence[str]]], payload: Any) -> None:
        """`places`: each metric, and the way to it."""
        self.count += 1
        for (metric, path), known in zip(places, self.values, strict=True):
            if (value := _value(metric, path, payload)) is not None:
                known.append(value)


def over_time(space: Space, asked: Any) -> dict[str, Any]:
    """`asked` is the body of the request, as in tracing/views/feedback_stats.py."""
    end = asked.end or timezone.now()
    step, where = granularity(asked.start, end, asked.granularity), zone(asked.timezone)
    within: dict[datetime, Within] = defaultdict(lambda: Within([[] for _ in asked.metrics]))
    places = [(metric, split(metric.json_path)) for metric in asked.metrics]
    found = chosen(space, asked, end).values_list("created_at", "payload")
    for created_at, payload in found.iterator(chunk_size=PIECE):
        within[bucket(created_at, step, where)].add(places, json_text.load(payload))
    every = [list(chain.from_iterable(values)) for values in zip(*(one.values for one in within.values()), strict=True)]
    return {
        "start": asked.start,
        "end": end,
        "granularity": step,
        "timezone": asked.timezone,
        "buckets": [
            {
                "timestamp": moment.isoformat(),
                "count": one.count,
                **{
                    f"{name}__{slug}": value
                    for slug, told in _told(asked.metrics, one.values).items()
                    for name, value in told.items()
                },
            }
            for moment, one in within.items()
        ],
        "window_stats": _told(asked.metrics, every or [[] for _ in asked.metrics]),
    }


def places(space: Space, asked: Any) -> list[dict[str, str]]:
    """Of the newest payloads."""
    newest = chosen(space, asked, asked.end or timezone.now()).order_by("-created_at")
    found: dict[str, str] = {}
    for payload in newest.values_list("payload", flat=True)[: asked.sample_limit]:
        for path, value in _leaves(json_text.load(payload), ()):
            found.setdefault(path, _type(value))
    return [{"json_path": path, "value_type": kind} for path, kind in sorted(found.items())]


def chosen(space: Space, asked: Any, end: datetime) -> QuerySet[Feedback]:
    found = Feedback.objects.filter(project=space.project_id, created_at__gte=asked.start, created_at__lt=end)
    if asked.feedback_type:
        found = found.filter(feedback_type=asked.feedback_type)
    if ref := asked.trigger_ref:
        found = found.filter(trigger_ref__startswith=ref[:-1]) if ref.endswith(":*") else found.filter(trigger_ref=ref)
    return found.order_by("created_at", "id")


def _told(metrics: Sequence[Any], values: Sequence[Sequence[float]]) -> dict[str, dict[str, float | None]]:
    """By the place's name as a word."""
    return {
        metric.json_path.replace(".", "_"): aggregated(
            known,
            metric.aggregations or ([] if metric.percentiles else _USUAL[metric.value_type]),
            metric.percentiles if metric.value_type == "numeric" else [],
        )
        for metric, known in zip(metrics, values, strict=True)
    }


def _value(metric: Any, path: Sequence[str], payload: Any) -> float | None:
    """If it is of the type that was asked for; words only count."""
    value = payload
    for step in path:
        value = value.get(step) if isinstance(value, Mapping) else None
    if value is None or _type(value) != metric.value_type:
        return None
    return 1.0 if metric.value_type == "categorical" else float(value)


def _leaves(value: Any, path: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and len(path) < _DEPTH:
        for name, inner in value.items():
            yield from _leaves(inner, (*path, name))
    elif path and isinstance(value, str | int | float):
        yield ".".join(path), value


def _type(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    return "numeric" if isinstance(value, int | float) else "categorical"
