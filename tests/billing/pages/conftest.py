"""Requests that were admitted and settled by the books, so that credits are drawn for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import Project, User
from billing import banner
from billing.book import book
from billing.models import Reservation
from billing.prices import UnitPrices
from common.money import pico
from tests.billing.wishes import used, wish

#: A token in or out costs a dollar: a request costs as many dollars as it has tokens.
DOLLAR = UnitPrices(input=pico("1"), cached_input=pico("1"), output=pico("1"))
Run = Callable[..., Reservation]
Spend = Callable[..., Reservation]


@pytest.fixture
def run(alice: User, project: Project) -> Run:
    """A request that runs, and holds as many dollars."""

    def running(dollars: int, **changes: Any) -> Reservation:
        asked = wish(alice, project, **{"prices": DOLLAR, "prompt_estimate": 0, "asked_output": dollars} | changes)
        (answer,) = book([], [asked])
        assert isinstance(answer, Reservation)
        return answer

    return running


@pytest.fixture
def spend(run: Run) -> Spend:
    """A request that cost as many dollars."""

    def spent(dollars: int, **changes: Any) -> Reservation:
        row = run(dollars, **changes)
        book([used(row, prompt=0, completion=dollars)], [])
        return row

    return spent


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """What is shown above every page is remembered for seconds."""
    banner.forget()
