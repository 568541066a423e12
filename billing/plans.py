"""The plans a new server starts with, and the periods that plans speak of; afterwards the rows are what counts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from billing.models import Plan
from billing.usage.periods import Grain
from common.money import pico

PLANS: dict[str, dict[str, Any]] = {
    "free": {
        "name": "Free",
        "rank": 1,
        "included_credits": pico("5"),
        "included_every": "once",
        "bills_overage": False,
        "spending_cap": pico("100"),
        "cap_period": "month",
        "is_self_service": True,
    },
    "pro": {
        "name": "Pro",
        "rank": 2,
        "included_credits": pico("20"),
        "included_every": "month",
        "bills_overage": True,
        "spending_cap": pico("6000"),
        "cap_period": "month",
        "is_self_service": True,
    },
    "academic": {
        "name": "Academic",
        "rank": 3,
        "included_credits": pico("100"),
        "included_every": "year",
        "bills_overage": False,
        "spending_cap": None,
        "cap_period": "year",
    },
    "enterprise": {
        "name": "Enterprise",
        "rank": 4,
        "included_credits": 0,
        "included_every": "year",
        "bills_overage": True,
        "spending_cap": pico("700000"),
        "cap_period": "year",
    },
}


def start_of(period: str, moment: datetime) -> datetime:
    """The beginning of the calendar month or year (UTC) that a moment is in; of "once", the beginning of time."""
    month = Grain.MONTH.floor(moment)
    if period == Plan.Period.ONCE:
        return datetime.min.replace(year=1970, tzinfo=month.tzinfo)
    return month.replace(month=1) if period == Plan.Period.YEAR else month


def end_of(period: str, moment: datetime) -> datetime | None:
    """The beginning of the next one; there is none after "once"."""
    start = start_of(period, moment)
    if period == Plan.Period.ONCE:
        return None
    return start.replace(year=start.year + 1) if period == Plan.Period.YEAR else Grain.MONTH.after(start)
