"""Calls are read: one, many, or how many there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from django.db.models import Sum
from starlette.responses import Response

from tracing import call_extras, piecemeal, sizes
from tracing.call_fields import CallFields
from tracing.call_queries import Filter, matching, ordered
from tracing.call_schema import Columns, line, lines
from tracing.models import Call
from tracing.shapes import Count, InProject, Members, Page, Sort
from tracing.visits import Space, Visit, taking


class Asked(InProject):
    include_costs: bool | None = None
    include_feedback: bool | None = None
    include_usernames: bool | None = None
    include_storage_size: bool | None = None
    include_total_storage_size: bool | None = None
    expand_columns: list[str] | None = None
    return_expanded_column_values: bool | None = None


class Query(Asked, Page):
    filter: Filter | None = None
    query: Members | None = None
    sort_by: list[Sort] | None = None
    columns: list[str] | None = None


class One(Asked):
    id: str


class Stats(InProject):
    filter: Filter | None = None
    query: Members | None = None
    limit: Count | None = None
    expand_columns: list[str] | None = None
    include_total_storage_size: bool | None = None


@taking(One)
def read(visit: Visit, body: One) -> Any:
    space = visit.space(body.project_id)
    call = Call.objects.filter(project=space.project_id, call_id=body.id).visible().first()
    if call is None:
        return {"call": None}
    extra = call_extras.of(visit, space, [call], body)[call.pk]
    return Response(b'{"call":' + line(space, call, Columns(None), extra) + b"}", media_type="application/json")


@taking(Query, may_take_long=True)
def stream_query(visit: Visit, body: Query) -> Response:
    """A line of JSON for each call."""
    space = visit.space(body.project_id)
    fields = CallFields(space, body.expand_columns or ())
    found = ordered(matching(space, body.filter, body.query, fields), body.sort_by, fields)
    keys = list(found.values_list("pk", flat=True)[body.part])
    return piecemeal.lines(keys, sizes.of_calls, partial(_written, visit, space, body))


@taking(Stats, may_take_long=True)
def query_stats(visit: Visit, body: Stats) -> Any:
    space = visit.space(body.project_id)
    found = matching(space, body.filter, body.query, CallFields(space, body.expand_columns or ()))
    limited = found if body.limit is None else found.order_by()[: body.limit]
    answer: dict[str, Any] = {"count": limited.count()}
    if body.include_total_storage_size:
        total = Call.objects.filter(pk__in=found.values("pk")).aggregate(size=Sum(sizes.of_call()))
        answer["total_storage_size_bytes"] = total["size"] or 0
    return answer


def _written(visit: Visit, space: Space, body: Query, keys: Sequence[int]) -> Iterable[bytes]:
    by_key = Call.objects.defer("otel_dump").in_bulk(keys)
    calls = [by_key[key] for key in keys if key in by_key]
    return lines(space, calls, Columns(body.columns), call_extras.of(visit, space, calls, body))
