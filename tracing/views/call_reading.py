"""Calls are read: one, many, or how many there are."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import Any

from django.db.models import Sum
from starlette.responses import Response, StreamingResponse

from tracing import call_extras, database
from tracing.call_fields import CallFields
from tracing.call_queries import Filter, matching, ordered
from tracing.call_schema import Columns, line, lines
from tracing.models import Call
from tracing.shapes import Count, InProject, Members, Sort
from tracing.visits import Space, Visit, taking

#: Calls that are held at once.
PIECE = 200


class Asked(InProject):
    include_costs: bool | None = None
    include_feedback: bool | None = None
    include_usernames: bool | None = None
    include_storage_size: bool | None = None
    include_total_storage_size: bool | None = None
    expand_columns: list[str] | None = None
    return_expanded_column_values: bool | None = None


class Query(Asked):
    filter: Filter | None = None
    query: Members | None = None
    sort_by: list[Sort] | None = None
    columns: list[str] | None = None
    limit: Count | None = None
    offset: Count | None = None


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
    """A line of JSON for each call. Which they are is decided first, then they are read piece by piece."""
    space = visit.space(body.project_id)
    fields = CallFields(space, body.expand_columns or ())
    found = ordered(matching(space, body.filter, body.query, fields), body.sort_by, fields)
    first = body.offset or 0
    keys = list(found.values_list("pk", flat=True)[first : None if body.limit is None else first + body.limit])
    return StreamingResponse(_streamed(visit, space, body, keys), media_type="application/jsonl")


@taking(Stats, may_take_long=True)
def query_stats(visit: Visit, body: Stats) -> Any:
    space = visit.space(body.project_id)
    found = matching(space, body.filter, body.query, CallFields(space, body.expand_columns or ()))
    limited = found if body.limit is None else found.order_by()[: body.limit]
    answer: dict[str, Any] = {"count": limited.count()}
    if body.include_total_storage_size:
        total = Call.objects.filter(pk__in=found.values("pk")).aggregate(size=Sum(call_extras.size()))
        answer["total_storage_size_bytes"] = total["size"] or 0
    return answer


async def _streamed(visit: Visit, space: Space, body: Query, keys: Sequence[int]) -> AsyncIterator[bytes]:
    columns = Columns(body.columns)
    for start in range(0, len(keys), PIECE):
        piece = keys[start : start + PIECE]
        yield await database.run(partial(_piece, visit, space, body, columns, piece), may_take_long=True)


def _piece(visit: Visit, space: Space, body: Query, columns: Columns, keys: Sequence[int]) -> bytes:
    by_key = Call.objects.defer("otel_dump").in_bulk(keys)
    calls = [by_key[key] for key in keys if key in by_key]
    return b"".join(lines(space, calls, columns, call_extras.of(visit, space, calls, body)))
