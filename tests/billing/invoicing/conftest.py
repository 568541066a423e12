from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import Project, User
from billing.models import Grant, Plan
from tests.billing.invoicing.customer import Customer
from tests.billing.moving_clock import MovingClock
from tests.billing.wishes import take_all_credits


@pytest.fixture
def books_clock(monkeypatch: pytest.MonkeyPatch) -> MovingClock:
    # What ends in a test ends when its clock says so.
    monkeypatch.setattr("common.clock.ahead", lambda _moment: timedelta())
    return MovingClock(monkeypatch, "2027-03-10T12:00:00")


@pytest.fixture
def customer(books_clock: MovingClock, transactional_db: None, alice: User, project: Project) -> Customer:
    """Alice's organization on the Pro plan, without any credits, included ones neither."""
    Plan.objects.update(included_credits=0)
    customer = Customer(alice, project, books_clock)
    customer.goes_to("pro")
    take_all_credits()
    assert not Grant.objects.open().exists()
    return customer
