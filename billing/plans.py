"""The plans a new server starts with; afterwards the rows in the database are what counts."""

from __future__ import annotations

from typing import Any

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
    },
    "pro": {
        "name": "Pro",
        "rank": 2,
        "included_credits": pico("20"),
        "included_every": "month",
        "bills_overage": True,
        "spending_cap": pico("6000"),
        "cap_period": "month",
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
