"""Figures over time: where a bucket begins, how long it is, and what is told of the values in it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from statistics import fmean
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tracing.errors import Invalid

_MOST_BUCKETS = 10_000
#: As many buckets as a chart has room for, if nobody says otherwise.
_USUAL_BUCKETS = 60
_FIRST, _LAST = -62_135_596_800, 253_402_300_799
_NICE = (60, 300, 900, 1800, 3600, 10_800, 21_600, 43_200, 86_400, 604_800)

AGGREGATIONS: dict[str, Callable[[Sequence[float]], float]] = {
    "sum": sum,
    "avg": fmean,
    "min": min,
    "max": max,
    "count": len,
    "count_true": lambda values: sum(bool(value) for value in values),
    "count_false": lambda values: sum(not value for value in values),
}


def aggregated(values: Sequence[float], names: Iterable[str], percents: Iterable[float]) -> dict[str, float | None]:
    told = {name: AGGREGATIONS[name](values) if values else None for name in names}
    return told | {f"p{percent:g}": _percentile(sorted(values), percent) for percent in percents}


def _percentile(values: Sequence[float], percent: float) -> float | None:
    if not values:
        return None
    place = (len(values) - 1) * percent / 100
    below = math.floor(place)
    above = min(below + 1, len(values) - 1)
    return values[below] + (values[above] - values[below]) * (place - below)


def granularity(start: datetime, end: datetime, asked: int | None) -> int:
    seconds = (end - start).total_seconds()
    if seconds <= 0:
        raise Invalid("end: it must be after 'start'.")
    if asked is None:
        return next((step for step in _NICE if seconds / step <= _USUAL_BUCKETS), _NICE[-1])
    return max(asked, math.ceil(seconds / _MOST_BUCKETS))


def zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise Invalid(f"timezone: '{name[:100]}' is none that is known.") from None


def at(seconds: float) -> datetime:
    """Since 1970; a bucket may begin before all time that can be written, or end after it."""
    return datetime.fromtimestamp(min(max(seconds, _FIRST), _LAST), UTC)


def bucket(moment: datetime, step: int, where: ZoneInfo) -> datetime:
    """Buckets begin where days begin in that zone."""
    offset = (moment.astimezone(where).utcoffset() or timedelta()).total_seconds()
    local = moment.timestamp() + offset
    return at(local - local % step - offset)
