"""The ledger: every movement has two sides, nothing of it is ever changed, and every book is known at any time."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Project, User
from billing import ledger
from billing.book import book
from billing.grants import grant, void
from billing.models import Account, Book, Grant, LedgerEntry, Reservation
from billing.plan_changes import change_plan
from billing.prices import UnitPrices
from common import clock
from common.errors import QuotaExceeded
from tests.billing.moving_clock import MovingClock
from tests.billing.wishes import check_books, plan, used, wish
from tests.serving import Store


def admitted(user: User, project: Project, **changes: object) -> Reservation:
    (answer,) = book([], [wish(user, project, **changes)])
    assert isinstance(answer, Reservation), answer
    return answer


def sides(account: Account) -> list[tuple[str, str, int]]:
    """Of the usage alone."""
    entries = LedgerEntry.objects.filter(account=account, kind="usage").order_by("at", "id")
    return list(entries.values_list("source", "target", "amount"))


def test_a_completion_is_one_entry_from_credits_to_usage(empty: Account, alice: User, project: Project) -> None:
    grant(empty.organization, 10_000)
    row = admitted(alice, project)
    book([used(row)], [])
    entry = LedgerEntry.objects.get(about_id=row.pk)
    assert (entry.source, entry.target, entry.amount) == ("promotional", "usage", 1_000)
    check_books()


def test_one_that_costs_nothing_is_no_entry(empty: Account, alice: User, project: Project) -> None:
    grant(empty.organization, 10_000)
    book([used(admitted(alice, project), prompt=0, completion=0)], [])
    assert sides(empty) == []
    check_books()


def test_one_may_draw_from_several_grants(empty: Account, alice: User, project: Project) -> None:
    for amount in (300, 300, 9_000):
        grant(empty.organization, amount)
    book([used(admitted(alice, project))], [])
    assert [amount for *_, amount in sides(empty)] == [300, 300, 400]
    check_books()


def test_beyond_all_credits_it_is_owed_on_a_plan_with_overage(empty: Account, alice: User, project: Project) -> None:
    change_plan(empty.pk, plan("enterprise"))
    grant(empty.organization, 300)
    book([used(admitted(alice, project))], [])
    assert sides(empty) == [("promotional", "usage", 300), ("owed", "usage", 700)]
    empty.refresh_from_db()
    assert (empty.settled, empty.spending) == (-700, 700)
    check_books()


def test_what_a_plan_without_overage_owes_is_paid_by_the_next_credits(
    empty: Account, alice: User, project: Project
) -> None:
    """A provider may report more than was held for."""
    grant(empty.organization, 1_000)
    book([used(admitted(alice, project), completion=14)], [])
    assert sides(empty)[-1] == ("owed", "usage", 500)
    assert grant(empty.organization, 800).remaining == 300
    empty.refresh_from_db()
    assert empty.settled == 300
    check_books()


def test_what_is_taken_back_corrects_the_entry_that_gave_it(empty: Account, alice: User, project: Project) -> None:
    given = grant(empty.organization, 3_000)
    admitted(alice, project)
    assert void(given, note="by mistake") == 2_000
    correction = LedgerEntry.objects.get(kind="correction", about_id=given.pk)
    assert (correction.source, correction.target, correction.note) == ("promotional", "issued", "by mistake")
    assert correction.corrects_id == LedgerEntry.objects.get(kind="grant", about_id=given.pk).pk
    check_books()


def test_the_database_refuses_to_change_it(empty: Account) -> None:
    with pytest.raises(IntegrityError, match="what was booked is not changed"), transaction.atomic():
        LedgerEntry.objects.update(amount=1)


def test_the_database_refuses_to_delete_of_it(bootstrapped: Store) -> None:
    """Where no test has taken the guard away."""
    with pytest.raises(Exception, match="what was booked is not changed"):
        bootstrapped.query("DELETE FROM billing_ledgerentry RETURNING id")


@pytest.mark.parametrize("wrong", [{"amount": 0}, {"amount": -1}, {"source": "usage", "target": "usage"}])
def test_the_database_refuses_an_entry_that_moves_nothing(empty: Account, wrong: dict[str, object]) -> None:
    sides: Any = {"source": "issued", "target": "promotional", "amount": 1} | wrong
    entry = LedgerEntry(account=empty, about_id=empty.pk, kind="grant", at=clock.now(), **sides)
    with pytest.raises(IntegrityError), transaction.atomic():
        entry.save()


def test_any_book_is_known_at_any_time(time: MovingClock, empty: Account, alice: User, project: Project) -> None:
    known = {}
    for day in ("2027-03-10T12:00", "2027-03-10T12:30", "2027-03-12T09:00", "2027-04-01T00:00"):
        time.to(day)
        grant(empty.organization, 5_000)
        book([used(admitted(alice, project))], [])
        known[time.at] = ledger.balances(empty, time.at)
    assert {at: ledger.balances(empty, at) for at in known} == known
    assert [books[Book.USAGE] for books in known.values()] == [1_000, 2_000, 3_000, 4_000]
    assert all(sum(books.values()) == 0 for books in known.values())
    check_books()


def test_grants_never_hold_more_than_was_given(empty: Account) -> None:
    given = grant(empty.organization, 10)
    for remaining in (-1, 11):
        with pytest.raises(IntegrityError), transaction.atomic():
            Grant.objects.filter(pk=given.pk).update(remaining=remaining)


def test_what_is_free_is_admitted_though_more_is_owed_than_is_left(
    empty: Account, alice: User, project: Project
) -> None:
    """A team's own provider at no price works whatever an earlier answer has cost."""
    grant(empty.organization, 1_000)
    book([used(admitted(alice, project), completion=14)], [])
    assert isinstance(book([], [wish(alice, project)])[0], QuotaExceeded)
    free = UnitPrices(input=0, cached_input=0, output=0)
    for asked in (9, None):
        answer = admitted(alice, project, prices=free, asked_output=asked)
        assert (answer.amount, answer.output_limit) == (0, asked or 100)
