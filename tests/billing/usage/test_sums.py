"""Days and months follow their hours by themselves, whatever becomes of those."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import F, Sum

from billing.models import UsageDay, UsageHour, UsageMonth
from billing.usage.reading import SUMS
from tests.billing.usage.conftest import Use
from tests.billing.usage.records import moment

pytestmark = pytest.mark.django_db


def total(table: Any) -> dict[str, int]:
    return {
        name: int(value or 0) for name, value in table.objects.aggregate(**{name: Sum(name) for name in SUMS}).items()
    }


def check() -> dict[str, int]:
    assert total(UsageHour) == total(UsageDay) == total(UsageMonth)
    return total(UsageHour)


def starts(table: Any, period: str) -> list[str]:
    return [f"{start:%Y-%m-%d %H:%M}" for start in table.objects.values_list(period, flat=True).order_by(period)]


def test_they_begin_at_midnight_and_with_the_first_in_utc(use: Use) -> None:
    for at in ("2024-02-29 23:59:59.999999", "2024-03-01 00:00:00", "2024-12-31 23:00:00", "2025-01-01 00:00:00"):
        use(at=moment(at))
    days = ["2024-02-29 00:00", "2024-03-01 00:00", "2024-12-31 00:00", "2025-01-01 00:00"]
    assert starts(UsageDay, "day") == days
    assert starts(UsageMonth, "month") == [f"{day[:8]}01 00:00" for day in days[:2]] + ["2024-12-01 00:00", days[3]]


def test_what_is_added_to_an_hour_is_added_to_them(use: Use) -> None:
    for minute in (1, 2, 59):
        use(at=moment(f"2026-03-01 12:{minute:02}:00"))
    use(at=moment("2026-03-01 13:00:00"))
    assert check()["requests"] == 4
    assert (UsageHour.objects.count(), UsageDay.objects.count(), UsageMonth.objects.count()) == (2, 1, 1)


def test_an_hour_that_is_repaired_or_taken_away_repairs_them(use: Use) -> None:
    use(at=moment("2026-03-01 12:00:00"))
    use(at=moment("2026-03-02 12:00:00"))
    UsageHour.objects.filter(hour__day=1).update(cost=F("cost") + 7, requests=5)
    assert check()["cost"] == 2 * 980 + 7
    UsageHour.objects.filter(hour__day=2).delete()
    assert check()["requests"] == 5
