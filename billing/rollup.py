"""The hourly sums of usage, kept in the transaction that writes the records they sum."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import F

from billing.models import UsageHour, UsageRecord

#: The "key" of people in the browser.
NO_KEY = uuid.UUID(int=0)


def add(records: Iterable[UsageRecord]) -> None:
    """The accounts of these records are locked, so nobody else is adding to their hours."""
    hours: defaultdict[tuple[Any, ...], list[UsageRecord]] = defaultdict(list)
    for record in records:
        hours[_key(record)].append(record)
    for key, group in hours.items():
        _add(dict(zip(KEY, key, strict=True)), sums(group))


KEY = ("hour", "organization_id", "project_id", "user_id", "api_key_id", "model")


def _key(record: UsageRecord) -> tuple[Any, ...]:
    hour = record.ended_at.replace(minute=0, second=0, microsecond=0)
    key = record.api_key_id or NO_KEY
    return hour, record.organization_id, record.project_id, record.user_id, key, record.model


def sums(records: list[UsageRecord]) -> dict[str, int]:
    return {
        "requests": len(records),
        "errors": sum(record.outcome == UsageRecord.Outcome.FAILED for record in records),
        "prompt_tokens": sum(record.prompt_tokens for record in records),
        "cached_tokens": sum(record.cached_tokens for record in records),
        "completion_tokens": sum(record.completion_tokens for record in records),
        "cost": sum(record.cost for record in records),
    }


def _add(key: dict[str, Any], amounts: dict[str, int]) -> None:
    changes = {name: F(name) + amount for name, amount in amounts.items()}
    if not UsageHour.objects.filter(**key).update(**changes):
        UsageHour.objects.create(**key, **amounts)
