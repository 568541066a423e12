"""Every reservation ends once, and what it used is booked once."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from accounts.models import Project, User
from billing import writer
from billing.grants import grant
from billing.models import Account, Reservation, UsageHour, UsageRecord
from billing.settlement import unused
from tests.billing.wishes import PRICES, check_books, used, wish

Row = Reservation


@pytest.fixture
def running(empty: Account, alice: User, project: Project) -> Reservation:
    grant(empty.organization, 10_000)
    row: Reservation = writer.submit(wish(alice, project)).result(20)
    return row


def test_it_charges_the_price_at_admission(running: Row) -> None:
    writer.submit(used(running, prompt=10, completion=3, cached_tokens=4)).result(20)
    record = UsageRecord.objects.get()
    assert record.cost == 6 * 10 + 4 * 5 + 3 * 100
    assert (record.input_price, record.cached_input_price, record.output_price) == (10, 5, 100)
    assert Account.objects.get().settled == 10_000 - record.cost
    check_books()


def test_nothing_is_held_any_more(running: Row) -> None:
    writer.submit(used(running, completion=1)).result(20)
    assert Account.objects.get().held == 0


def test_settled_twice_it_is_charged_once(running: Row) -> None:
    for settlement in (used(running), used(running, completion=1), unused(running)):
        writer.submit(settlement).result(20)
    assert UsageRecord.objects.get().completion_tokens == 9
    assert Reservation.objects.get().state == Reservation.State.SETTLED
    check_books()


def test_settled_twice_in_one_transaction_it_is_charged_once(running: Row) -> None:
    first, second = writer.submit(used(running)), writer.submit(used(running, completion=1))
    first.result(20), second.result(20)
    assert UsageRecord.objects.count() == 1
    check_books()


def test_voided_it_costs_nothing_and_is_still_recorded(running: Row) -> None:
    writer.submit(unused(running)).result(20)
    assert Reservation.objects.get().state == Reservation.State.VOIDED
    assert UsageRecord.objects.get().cost == 0
    check_books()


def test_the_hour_sums_up_what_ended_in_it(empty: Account, alice: User, project: Project) -> None:
    grant(empty.organization, 10_000)
    rows = [writer.submit(wish(alice, project)).result(20) for _ in range(3)]
    ends = [datetime(2026, 1, 1, hour, 59, 59, tzinfo=UTC) for hour in (1, 1, 2)]
    for row, ended_at in zip(rows, ends, strict=True):
        writer.submit(used(row, ended_at=ended_at)).result(20)
    hours = list(UsageHour.objects.order_by("hour").values_list("hour__hour", "requests", "completion_tokens"))
    assert hours == [(1, 2, 18), (2, 1, 9)]
    check_books()


def test_a_later_price_changes_nothing(running: Row) -> None:
    assert running.input_price == PRICES.input
    writer.submit(used(running)).result(20)
    assert UsageRecord.objects.get().cost == PRICES.cost(prompt=10, cached=0, completion=9)
