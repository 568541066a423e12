"""Calls as files, sent piece by piece: lines of JSON with all of them, or CSV with the columns that are shown."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from asgiref.sync import sync_to_async

from common import csv_text
from common.connections import let_go
from tracing import call_schema, piecemeal, sizes
from tracing.models import Call
from tracing.traces import columns
from tracing.traces.asking import Ask
from tracing.traces.finding import Found
from tracing.traces.spending import spent_by
from tracing.traces.table import listed
from tracing.visits import Space

#: Calls of a file, the first in the order that is shown.
MOST = 100_000
#: Letters of a cell: what spreadsheets hold.
CELL = 32_000
PLAIN = (
    "id", "trace_id", "parent_id", "op", "name", "status", "user", "started_at_utc", "ended_at_utc", "latency_ms",
    "prompt_tokens", "completion_tokens", "total_tokens", "cost_usd",
)  # fmt: skip
TIME = "%Y-%m-%dT%H:%M:%S.%fZ"


def keys_of(space: Space, ask: Ask) -> list[int]:
    return list(Found(space, ask).calls.values_list("pk", flat=True)[:MOST])


async def as_jsonl(space: Space, keys: Sequence[int]) -> AsyncIterator[bytes]:
    """In the form in which programs read calls."""
    async for lines in _in_pieces(keys, lambda piece: _json(space, piece)):
        yield lines


async def as_csv(space: Space, ask: Ask, keys: Sequence[int]) -> AsyncIterator[str]:
    """With the columns of the first page where none were chosen."""
    names = await sync_to_async(_columns)(ask, keys)
    yield csv_text.written([[*PLAIN, *names]])
    async for lines in _in_pieces(keys, lambda piece: csv_text.written(_rows(space, piece, names))):
        yield lines


async def _in_pieces(keys: Sequence[int], write: Callable[[Sequence[int]], Any]) -> AsyncIterator[Any]:
    for start in range(0, len(keys), piecemeal.PIECE):
        for piece in await sync_to_async(_small)(keys[start : start + piecemeal.PIECE]):
            yield await sync_to_async(_away)(write, piece)


def _away(write: Callable[[Sequence[int]], Any], piece: Sequence[int]) -> Any:
    """No connection is kept while the reader of the file takes its time."""
    written = write(piece)
    let_go()
    return written


def _small(keys: Sequence[int]) -> list[list[int]]:
    return list(piecemeal.split(keys, sizes.of_calls(keys)))


def _json(space: Space, keys: Sequence[int]) -> bytes:
    by_key = Call.objects.defer("otel_dump").in_bulk(keys)
    calls = [by_key[key] for key in keys if key in by_key]
    extras = {call.pk: {"weave": {"costs": call_schema.costs(space, call)}} for call in calls}
    return b"".join(line + b"\n" for line in call_schema.lines(space, calls, call_schema.Columns(None), extras))


def _columns(ask: Ask, keys: Sequence[int]) -> list[str]:
    if ask.columns is not None:
        return list(ask.columns)
    return columns.usual(columns.documents_of(keys[: piecemeal.PIECE]).values())


def _rows(space: Space, keys: Sequence[int], names: Sequence[str]) -> Iterator[list[Any]]:
    documents = columns.documents_of(keys)
    cells = columns.cells_of(keys, documents, names, CELL)
    for call in listed(keys):
        spent = spent_by(space, call, documents[call.pk].get("summary"))
        yield [
            *(call.call_id, call.trace_id, call.parent_id, call.op, call.title, call.status),
            *(call.user, _time(call.started_at), _time(call.ended_at), call.latency_ms),
            *(spent.prompt_tokens or None, spent.completion_tokens or None, spent.tokens, spent.cost),
            *cells[call.pk],
        ]


def _time(moment: datetime | None) -> str:
    return moment.strftime(TIME) if moment else ""
