"""Tables: rows kept by their digest, and lists of digests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Left, Substr

from tracing import digests, json_text
from tracing.errors import Invalid, Missing
from tracing.json_values import JsonNumber, JsonText
from tracing.models import Row, Table
from tracing.publishing import project_ids
from tracing.recording import pieces
from tracing.shapes import Members
from tracing.sizes import Bytes
from tracing.upserts import upsert
from tracing.visits import Guest, Space

#: Numbers before text before nothing.
SortKey = tuple[int, float, str]
#: Of a text, by which rows are told apart when they are sorted.
LETTERS = 1000
#: More than fit into a table, and few enough for a database to count their letters.
MOST_ROWS = 40_000_000


def keep_rows(guest: Guest, space: Space, rows: Sequence[Members]) -> list[str]:
    """Their digests, in their order."""
    ids = project_ids(guest, space)
    row_digests = [digests.of_value(row, ids) for row in rows]
    values = {
        digest: {"project_id": space.project_id, "digest": digest, "val": json_text.dump(row)}
        for digest, row in zip(row_digests, rows, strict=True)
    }
    upsert(Row, list(values.values()), match=("project_id", "digest"))
    return row_digests


def keep_table(space: Space, row_digests: Sequence[str], expected_digest: str | None = None) -> str:
    """The table of these rows, which are there already. Raises Missing for one that is not."""
    digest = digests.of_table(row_digests)
    digests.check(digest, expected_digest)
    wanted = list(dict.fromkeys(row_digests))
    known: set[str] = set()
    for piece in pieces(wanted):
        found = Row.objects.filter(project=space.project_id, digest__in=piece)
        known.update(found.values_list("digest", flat=True))
    if missing := [one for one in wanted if one not in known]:
        raise Missing(f"There are no rows of the digests {', '.join(missing[:3])[:200]}.")
    columns = {
        "project_id": space.project_id,
        "digest": digest,
        "length": len(row_digests),
        "row_digests": json_text.dump(list(row_digests)),
    }
    upsert(Table, [columns], match=("project_id", "digest"))
    return digest


def create(guest: Guest, space: Space, rows: Sequence[Members], expected: str | None) -> tuple[str, list[str]]:
    with transaction.atomic():
        row_digests = keep_rows(guest, space, rows)
        return keep_table(space, row_digests, expected), row_digests


def length(space: Space, digest: str) -> int:
    """Raises Missing."""
    return _table(space, digest, "length").length


def find(space: Space, digest: str) -> list[str]:
    """Digests of its rows. Raises Missing."""
    row_digests: list[str] = json_text.load(_table(space, digest, "row_digests").row_digests)
    return row_digests


def page(space: Space, digest: str, first: int, count: int) -> list[str]:
    """Digests of some of its rows, cut out of the list by the database: the whole list may be long. Raises Missing."""
    # Of each: the digest, its quotation marks, and a comma.
    width = digests.LENGTH_OF_DIGEST + 3
    part = Substr("row_digests", 2 + min(first, MOST_ROWS) * width, max(1, min(count, MOST_ROWS) * width - 1))
    found = Table.objects.filter(project=space.project_id, digest=digest)
    cut = found.annotate(part=part, bytes=Bytes(F("row_digests"))).values_list("part", "bytes", "length").first()
    if cut is None or cut[1] != cut[2] * width + 1:
        return find(space, digest)[first : first + count]
    row_digests: list[str] = json_text.load(f"[{cut[0].rstrip('],')}]") if count else []
    return row_digests


def _table(space: Space, digest: str, column: str) -> Table:
    table = Table.objects.filter(project=space.project_id, digest=digest).only(column).first()
    if table is None:
        raise Missing(f"There is no table '{digest[:100]}' in {space.path}.")
    return table


def values(space: Space, row_digests: Sequence[str]) -> dict[str, str]:
    """The rows' JSON by their digests."""
    found: dict[str, str] = {}
    for piece in pieces(list(dict.fromkeys(row_digests))):
        rows = Row.objects.filter(project=space.project_id, digest__in=piece)
        found.update(rows.values_list("digest", "val"))
    return found


def sort_keys(space: Space, row_digests: Sequence[str], path: Sequence[str]) -> dict[str, SortKey]:
    """By the rows' digests, of what stands at that path."""
    found: dict[str, SortKey] = {}
    at = {"number": JsonNumber(F("val"), path), "text": Left(JsonText(F("val"), path), LETTERS)}
    for piece in pieces(list(dict.fromkeys(row_digests))):
        rows: Any = Row.objects.filter(project=space.project_id, digest__in=piece).annotate(**at)
        for digest, number, text in rows.values_list("digest", "number", "text"):
            found[digest] = _sort_key(number, text)
    return found


def _sort_key(number: float | None, text: str | None) -> SortKey:
    if number is not None:
        return 0, number, ""
    return (2, 0.0, "") if text is None else (1, 0.0, text)


def changed(row_digests: list[str], update: Any, digest_of: dict[int, str]) -> None:
    """Applies one update: `append`, `insert` or `pop`, whose new row has its digest already."""
    if update.append is not None:
        row_digests.append(digest_of[id(update.append.row)])
    elif update.insert is not None:
        _check_index(update.insert.index, len(row_digests))
        row_digests.insert(update.insert.index, digest_of[id(update.insert.row)])
    elif update.pop is not None:
        _check_index(update.pop.index, len(row_digests) - 1)
        row_digests.pop(update.pop.index)
    else:
        raise Invalid("updates: each is one of 'append', 'insert' and 'pop'.")


def _check_index(index: int, most: int) -> None:
    if not 0 <= index <= most:
        raise Invalid(f"updates: index {index} is not in the table.")
