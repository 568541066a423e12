"""CSV: of what a page shows, and of every record behind it, which is read and sent piece by piece."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

from asgiref.sync import sync_to_async

from billing.models import UsageRecord
from billing.usage.asking import Ask
from billing.usage.figures import TABLES
from billing.usage.periods import Window
from billing.usage.reading import SUMS, Scope
from billing.usage.splits import Split
from common import csv_text
from common.connections import let_go
from common.ids import NIL
from common.money import exact_usd

RECORDS_AT_ONCE = 1000
TIME = "%Y-%m-%dT%H:%M:%S.%fZ"

VIEW = ("start_utc", "end_utc", "id", "name", *SUMS[:-1], "cost_usd")
RECORD = (
    "id", "ended_at_utc", "started_at_utc", "project", "user", "api_key", "model", "provider", "simulated", "door",
    "client", "outcome", "status", "error_code", "finish_reason", "certainty", "prompt_tokens", "cached_tokens",
    "completion_tokens", "reasoning_tokens", "input_price_micro_usd_per_1m", "cached_input_price_micro_usd_per_1m",
    "output_price_micro_usd_per_1m", "cost_usd", "ttft_ms", "duration_ms",
)  # fmt: skip


def of_view(ask: Ask, scope: Scope) -> str:
    """A line for each bar and value that has usage: what page and chart sum up."""
    table = TABLES[ask.grain].objects.seen_in(scope).within(ask.window).by_start()
    rows = sorted(table.summed("start", ask.split.column), key=lambda row: (row[0], str(row[1])))
    names = ask.split.names({value for _, value, *_ in rows})
    lines = [VIEW]
    for start, value, *sums in rows:
        times = (start.strftime(TIME), ask.grain.after(start).strftime(TIME))
        lines.append((*times, str(value), ask.split.called(value, names), *sums[:-1], exact_usd(int(sums[-1]))))
    return csv_text.written(lines)


async def of_records(window: Window, scope: Scope) -> AsyncIterator[str]:
    """Oldest first. No connection is kept while the reader of the file takes its time."""
    yield csv_text.written([RECORD])
    last: UsageRecord | None = None
    while True:
        records = await sync_to_async(_after)(window, scope, last)
        if not records:
            return
        yield await sync_to_async(_lines)(records)
        last = records[-1]


def _after(window: Window, scope: Scope, last: UsageRecord | None) -> list[UsageRecord]:
    rows = UsageRecord.objects.seen_in(scope).within(window).oldest_first()
    if last:
        rows = rows.filter(ended_at__gte=last.ended_at).exclude(ended_at=last.ended_at, id__lte=last.pk)
    return list(rows[:RECORDS_AT_ONCE])


def _lines(records: Sequence[UsageRecord]) -> str:
    found = {
        split: split.names({getattr(record, split.column) or NIL for record in records})
        for split in (Split.PROJECT, Split.USER, Split.KEY)
    }
    lines = csv_text.written(_record(record, found) for record in records)
    let_go()
    return lines


def _record(record: UsageRecord, found: dict[Split, Any]) -> Iterator[Any]:
    yield from (record.pk, record.ended_at.strftime(TIME), record.started_at.strftime(TIME))
    for split, names in found.items():
        yield split.called(getattr(record, split.column) or NIL, names)
    yield from (record.model, record.provider, str(record.is_simulated).lower(), record.door, record.client)
    yield from (
        record.outcome,
        "" if record.status is None else record.status,
        record.error_code,
        record.finish_reason,
        record.certainty,
    )
    yield from (record.prompt_tokens, record.cached_tokens, record.completion_tokens, record.reasoning_tokens)
    yield from (record.input_price, record.cached_input_price, record.output_price, exact_usd(record.cost))
    yield from ("" if record.ttft_ms is None else record.ttft_ms, record.duration_ms)
