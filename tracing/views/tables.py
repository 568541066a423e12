"""Tables are made, changed and read."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from pydantic import BaseModel

from tracing import json_text, tables
from tracing.field_paths import split
from tracing.models import Table
from tracing.shapes import Count, InProject, Members, Sort
from tracing.visits import Visit, taking


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


class Query(InProject):
    digest: str
    filter: Filter | None = None
    limit: Count | None = None
    offset: Count | None = None
    sort_by: list[Sort] | None = None


class Stats(InProject):
    digest: str


class StatsBatch(InProject):
    digests: list[str] | None = None
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


@taking(Query)
def query(visit: Visit, body: Query) -> Any:
    """Rows in their order, each with the place it has in the whole table."""
    space = visit.space(body.project_id)
    places = list(enumerate(tables.find(space, body.digest)))
    if body.filter and body.filter.row_digests is not None:
        wanted = set(body.filter.row_digests)
        places = [(place, digest) for place, digest in places if digest in wanted]
    if body.sort_by:
        places = _sorted(places, tables.values(space, [digest for _, digest in places]), body.sort_by)
    first = body.offset or 0
    page = places[first : None if body.limit is None else first + body.limit]
    values = tables.values(space, [digest for _, digest in page])
    rows = [
        {"digest": digest, "val": json_text.load(values[digest]), "original_index": place} for place, digest in page
    ]
    return {"rows": rows}


@taking(Stats)
def query_stats(visit: Visit, body: Stats) -> Any:
    return {"count": len(tables.find(visit.space(body.project_id), body.digest))}


@taking(StatsBatch)
def query_stats_batch(visit: Visit, body: StatsBatch) -> Any:
    space = visit.space(body.project_id)
    found = Table.objects.filter(project=space.project_id, digest__in=body.digests or [])
    return {
        "tables": [
            {
                "digest": table.digest,
                "count": table.length,
                "storage_size_bytes": _size(space, table) if body.include_storage_size else None,
            }
            for table in found
        ]
    }


def _size(space: Any, table: Table) -> int:
    row_digests = json_text.load(table.row_digests)
    values = tables.values(space, row_digests)
    return sum(len(values[digest].encode()) for digest in row_digests)


def _sorted(places: list[tuple[int, str]], values: dict[str, str], sort_by: list[Sort]) -> list[tuple[int, str]]:
    rows = {digest: json_text.load(text) for digest, text in values.items()}
    for sort in reversed(sort_by):
        path = split(sort.field)
        places = sorted(places, key=lambda one: _key(rows[one[1]], path), reverse=sort.direction == "desc")
    return places


def _key(row: Any, path: list[str]) -> tuple[int, float, str]:
    """Numbers before text before nothing."""
    for part in path:
        row = row.get(part) if isinstance(row, dict) else None
    if isinstance(row, int | float):
        return 0, float(row), ""
    return (2, 0.0, "") if row is None else (1, 0.0, str(row))
