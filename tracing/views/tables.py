"""Tables are made, changed and read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Annotated, Any

from django.db import transaction
from pydantic import BaseModel, Field
from starlette.responses import Response

from tracing import json_text, piecemeal, sizes, tables
from tracing.field_paths import split
from tracing.models import Table
from tracing.shapes import InProject, Members, Page, Sort
from tracing.visits import Space, Visit, taking

#: A row's place in its table, and its digest.
Place = tuple[int, str]
#: That are asked for at once.
MOST_TABLES = 1000


class NewTable(InProject):
    rows: list[Members]
    expected_digest: str | None = None


class Creation(BaseModel):
    table: NewTable


class FromDigests(InProject):
    row_digests: list[str]
    expected_digest: str | None = None


class Append(BaseModel):
    row: Members


class Insert(BaseModel):
    index: int
    row: Members


class Pop(BaseModel):
    index: int


class Change(BaseModel):
    append: Append | None = None
    insert: Insert | None = None
    pop: Pop | None = None


class Update(InProject):
    base_digest: str
    updates: list[Change]


class Filter(BaseModel):
    row_digests: list[str] | None = None


class Query(InProject, Page):
    digest: str
    filter: Filter | None = None
    sort_by: list[Sort] | None = None


class Stats(InProject):
    digest: str


class StatsBatch(InProject):
    digests: Annotated[list[str], Field(max_length=MOST_TABLES)] | None = None
    include_storage_size: bool | None = None


@taking(Creation)
def create(visit: Visit, body: Creation) -> Any:
    space = visit.write(body.table.project_id)
    digest, row_digests = tables.create(visit, space, body.table.rows, body.table.expected_digest)
    return {"digest": digest, "row_digests": row_digests}


@taking(FromDigests)
def create_from_digests(visit: Visit, body: FromDigests) -> Any:
    space = visit.write(body.project_id)
    return {"digest": tables.keep_table(space, body.row_digests, body.expected_digest)}


@taking(Update)
def update(visit: Visit, body: Update) -> Any:
    space = visit.write(body.project_id)
    row_digests = tables.find(space, body.base_digest)
    added = [part.row for change in body.updates for part in (change.append, change.insert) if part]
    with transaction.atomic():
        new = tables.keep_rows(visit, space, added)
        digest_of = {id(row): digest for row, digest in zip(added, new, strict=True)}
        for change in body.updates:
            tables.changed(row_digests, change, digest_of)
        return {"digest": tables.keep_table(space, row_digests), "updated_row_digests": new}


@taking(Query, may_take_long=True)
def query(visit: Visit, body: Query) -> Response:
    """Rows in their order, each with the place it has in the whole table."""
    space = visit.space(body.project_id)
    first, has_filter = body.offset or 0, body.filter is not None and body.filter.row_digests is not None
    if body.limit is not None and not has_filter and not body.sort_by:
        page = list(enumerate(tables.page(space, body.digest, first, body.limit), first))
    else:
        page = _places(space, body)[body.part]
    return piecemeal.members("rows", page, partial(_sizes, space), partial(_written, space))


def _places(space: Space, body: Query) -> list[Place]:
    places = list(enumerate(tables.find(space, body.digest)))
    if body.filter and body.filter.row_digests is not None:
        wanted = set(body.filter.row_digests)
        places = [(place, digest) for place, digest in places if digest in wanted]
    for sort in reversed(body.sort_by or []):
        places = _sorted(space, places, sort)
    return places


@taking(Stats)
def query_stats(visit: Visit, body: Stats) -> Any:
    return {"count": tables.length(visit.space(body.project_id), body.digest)}


@taking(StatsBatch, may_take_long=True)
def query_stats_batch(visit: Visit, body: StatsBatch) -> Any:
    space = visit.space(body.project_id)
    found = Table.objects.filter(project=space.project_id, digest__in=body.digests or [])
    return {
        "tables": [
            {
                "digest": digest,
                "count": length,
                "storage_size_bytes": _size(space, digest) if body.include_storage_size else None,
            }
            for digest, length in found.values_list("digest", "length")
        ]
    }


def _size(space: Space, digest: str) -> int:
    return sum(sizes.of_rows(space, tables.find(space, digest)))


def _sizes(space: Space, places: Sequence[Place]) -> Iterator[int]:
    return sizes.of_rows(space, [digest for _, digest in places])


def _written(space: Space, places: Sequence[Place]) -> Iterator[bytes]:
    values = tables.values(space, [digest for _, digest in places])
    return (
        piecemeal.json({"digest": digest, "val": json_text.load(values[digest]), "original_index": place})
        for place, digest in places
    )


def _sorted(space: Space, places: list[Place], sort: Sort) -> list[Place]:
    """Numbers before text before nothing. No row is read whole: the database tells what is sorted by."""
    keys = tables.sort_keys(space, [digest for _, digest in places], split(sort.field))
    return sorted(places, key=lambda one: keys[one[1]], reverse=sort.direction == "desc")
