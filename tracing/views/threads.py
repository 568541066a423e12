"""Threads: conversations, whose turns are calls."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import partial
from statistics import quantiles
from typing import Any

from django.db.models import Count as Counted
from django.db.models import F, Max, Min, QuerySet
from pydantic import BaseModel
from starlette.responses import Response

from tracing import piecemeal, sizes
from tracing.errors import Invalid
from tracing.models import Call
from tracing.shapes import InProject, Moment, Page, Sort
from tracing.visits import Visit, taking

_SORTED = {
    "thread_id": "thread_id",
    "turn_count": "turn_count",
    "start_time": "start_time",
    "last_updated": "last_updated",
}


class Filter(BaseModel):
    thread_ids: list[str] | None = None
    after_datetime: Moment | None = None
    before_datetime: Moment | None = None


class Query(InProject, Page):
    filter: Filter | None = None
    sort_by: list[Sort] | None = None


@taking(Query, may_take_long=True)
def stream_query(visit: Visit, body: Query) -> Response:
    space = visit.space(body.project_id)
    turns = Call.objects.filter(project=space.project_id, thread_id__isnull=False, turn_id=F("call_id")).visible()
    chosen = body.filter or Filter()
    if chosen.thread_ids:
        turns = turns.filter(thread_id__in=chosen.thread_ids)
    threads = turns.values("thread_id").annotate(
        turn_count=Counted("pk"), start_time=Min("started_at"), last_updated=Max("ended_at")
    )
    if chosen.after_datetime:
        threads = threads.filter(start_time__gt=chosen.after_datetime)
    if chosen.before_datetime:
        threads = threads.filter(last_updated__lt=chosen.before_datetime)
    page = list(threads.order_by(*_orders(body.sort_by or []))[body.part])
    return piecemeal.lines(page, sizes.none, partial(_written, turns))


def _written(turns: QuerySet[Call], threads: Sequence[dict[str, Any]]) -> Iterator[bytes]:
    details = _details(turns.filter(thread_id__in=[thread["thread_id"] for thread in threads]))
    return (piecemeal.json({**thread, **details.get(thread["thread_id"], {})}) for thread in threads)


def _orders(sort_by: Sequence[Sort]) -> list[Any]:
    if unknown := [sort.field for sort in sort_by if sort.field not in _SORTED]:
        raise Invalid(f"sort_by: threads are sorted by {', '.join(_SORTED)}, not by '{unknown[0][:100]}'.")
    wanted = [f"{'-' if sort.direction == 'desc' else ''}{_SORTED[sort.field]}" for sort in sort_by]
    return [*wanted, "-last_updated", "thread_id"]


def _details(turns: Any) -> dict[str, dict[str, Any]]:
    """First and last turn, and how long turns take."""
    of_thread = defaultdict(list)
    for turn in turns.order_by("started_at").values_list(
        "thread_id", "call_id", "latency_ms", "ended_at", "started_at"
    ):
        of_thread[turn[0]].append(turn)
    details = {}
    for thread_id, found in of_thread.items():
        latencies = [latency for _, _, latency, _, _ in found if latency is not None]
        last = max(found, key=lambda turn: turn[3] or turn[4])
        details[thread_id] = {
            "first_turn_id": found[0][1],
            "last_turn_id": last[1],
            "p50_turn_duration_ms": _quantile(latencies, 50),
            "p99_turn_duration_ms": _quantile(latencies, 99),
        }
    return details


def _quantile(values: Sequence[float], percent: int) -> float | None:
    if len(values) < 2:
        return values[0] if values else None
    return quantiles(values, n=100, method="inclusive")[percent - 1]
