"""Calls, written down: parts of them in any order, as often as they come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from tracing.call_rows import Columns, completed, ended, latency_ms, started
from tracing.call_shapes import Complete, End, Start
from tracing.models import Call
from tracing.upserts import upsert
from tracing.visits import Space

_MATCH = ("project_id", "call_id")
#: Databases take so many values in one statement.
_PIECE = 500


def record(
    space: Space, *, starts: Iterable[Start] = (), ends: Iterable[End] = (), completes: Iterable[Complete] = ()
) -> None:
    """All of it or nothing. What came before comes to the same again, and what was deleted stays so."""
    begun = [started(space, start) for start in starts]
    with_ends = [ended(space, end) for end in ends]
    whole = [completed(space, call) for call in completes]
    with transaction.atomic():
        for rows in (begun, with_ends, whole):
            upsert(Call, rows, match=_MATCH, unless="deleted_at")
        _time(space, [row["call_id"] for row in (*begun, *with_ends) if row.get("latency_ms") is None])


def _time(space: Space, call_ids: Sequence[str]) -> None:
    """The latency of calls whose end did not say when they began."""
    for piece in pieces(call_ids):
        known = Call.objects.filter(project=space.project_id, call_id__in=piece, latency_ms=None).visible()
        for call in known.exclude(ended_at=None).only("started_at", "ended_at"):
            call.latency_ms = latency_ms(call.started_at, call.ended_at) if call.ended_at else None
            call.save(update_fields=["latency_ms"])


def rename(space: Space, call_id: str, name: str) -> None:
    """An empty name takes it away. The call itself may still be on its way."""
    row: Columns = {"project_id": space.project_id, "call_id": call_id, "new_name": name}
    upsert(Call, [row], match=_MATCH, unless="deleted_at")


def delete(space: Space, call_ids: Sequence[str]) -> int:
    """Deletes them with all that is below them, now and when more of them arrives; how many there were."""
    now = timezone.now()
    with transaction.atomic():
        doomed = _with_all_below(space, call_ids)
        gone = [{"project_id": space.project_id, "call_id": call_id, "deleted_at": now} | _BLANK for call_id in doomed]
        found = sum(
            Call.objects.filter(project=space.project_id, call_id__in=piece).visible().count()
            for piece in pieces(doomed)
        )
        upsert(Call, gone, match=_MATCH, unless="deleted_at")
    return found


_BLANK: dict[str, Any] = {
    "attributes": "{}",
    "inputs": "{}",
    "output": None,
    "summary": None,
    "exception": None,
    "otel_dump": None,
    "cost": None,
    "tokens": None,
    "example_digest": None,
}


def _with_all_below(space: Space, call_ids: Sequence[str]) -> list[str]:
    found, level = dict.fromkeys(call_ids), list(call_ids)
    while level:
        below: list[str] = []
        for piece in pieces(level):
            children = Call.objects.filter(project=space.project_id, parent_id__in=piece)
            below += [call_id for call_id in children.values_list("call_id", flat=True) if call_id not in found]
        found |= dict.fromkeys(below)
        level = below
    return list(found)


def pieces(ids: Sequence[str]) -> Iterable[tuple[str, ...]]:
    for start in range(0, len(ids), _PIECE):
        yield tuple(ids[start : start + _PIECE])
