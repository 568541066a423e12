"""Tables: rows kept by their digest, and lists of digests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from tracing import digests, json_text
from tracing.errors import Invalid, Missing
from tracing.models import Row, Table
from tracing.publishing import project_ids
from tracing.recording import pieces
from tracing.shapes import Members
from tracing.upserts import upsert
from tracing.visits import Space, Visit


def keep_rows(visit: Visit, space: Space, rows: Sequence[Members]) -> list[str]:
    """Their digests, in their order."""
    ids = project_ids(visit, space)
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


def create(visit: Visit, space: Space, rows: Sequence[Members], expected: str | None) -> tuple[str, list[str]]:
    with transaction.atomic():
        row_digests = keep_rows(visit, space, rows)
        return keep_table(space, row_digests, expected), row_digests


def find(space: Space, digest: str) -> list[str]:
    """Digests of its rows. Raises Missing."""
    table = Table.objects.filter(project=space.project_id, digest=digest).first()
    if table is None:
        raise Missing(f"There is no table '{digest[:100]}' in {space.path}.")
    row_digests: list[str] = json_text.load(table.row_digests)
    return row_digests


def values(space: Space, row_digests: Sequence[str]) -> dict[str, str]:
    """The rows' JSON by their digests."""
    found: dict[str, str] = {}
    for piece in pieces(list(dict.fromkeys(row_digests))):
        rows = Row.objects.filter(project=space.project_id, digest__in=piece)
        found.update(rows.values_list("digest", "val"))
    return found


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
