"""The hourly sums of usage, kept in the transaction that writes the records they sum."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from billing import sql
from billing.models import UsageRecord
from billing.usage.reading import SUMS
from common.ids import NIL

KEY = {
    "hour": "timestamptz", "organization_id": "uuid", "project_id": "uuid", "user_id": "bigint",
    "api_key_id": "uuid", "model": "text",
}  # fmt: skip
COLUMNS = KEY | dict.fromkeys(SUMS, "bigint")
ADD = (
    # Without its WHERE, SQLite would take ON CONFLICT for a join's ON.
    f"INSERT INTO billing_usagehour ({', '.join(COLUMNS)}) SELECT * FROM batch WHERE true"  # noqa: S608 (constants)
    f" ON CONFLICT ({', '.join(KEY)}) DO UPDATE SET"
    f" {', '.join(f'{name} = billing_usagehour.{name} + excluded.{name}' for name in SUMS)}"
)


def add(records: Iterable[UsageRecord]) -> None:
    """The accounts of these records are locked, so nobody else is adding to their hours."""
    hours: defaultdict[tuple[Any, ...], list[UsageRecord]] = defaultdict(list)
    for record in records:
        hours[_key(record)].append(record)
    sql.run(ADD, COLUMNS, [key + sums(group) for key, group in hours.items()])


def _key(record: UsageRecord) -> tuple[Any, ...]:
    hour = record.ended_at.replace(minute=0, second=0, microsecond=0)
    key = record.api_key_id or NIL
    return hour, record.organization_id, record.project_id, record.user_id, key, record.model


def sums(records: Sequence[UsageRecord]) -> tuple[int, ...]:
    """In the order of SUMS."""
    return (
        len(records),
        sum(record.outcome == UsageRecord.Outcome.FAILED for record in records),
        sum(record.prompt_tokens for record in records),
        sum(record.cached_tokens for record in records),
        sum(record.completion_tokens for record in records),
        sum(record.cost for record in records),
    )
