"""Who is let in: money first, then slots, exactly."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import Future
from typing import Any

import pytest

from accounts.models import Membership, Project, User
from billing import writer
from billing.grants import grant
from billing.models import Account, Reservation
from billing.room import Room
from common.errors import ConcurrencyLimitReached, QuotaExceeded
from tests.billing.wishes import PRICES, check_books, used, wish

State = Reservation.State


def outcome(future: Future[Any]) -> str:
    error = future.exception(timeout=20)
    return type(error).__name__ if error else "admitted"


def test_fifty_at_once_against_money_for_three_admit_three(empty: Account, alice: User, project: Project) -> None:
    grant(empty.organization, 3_999)
    asked = [writer.submit(wish(alice, project)) for _ in range(50)]
    assert Counter(map(outcome, asked)) == {"admitted": 3, "QuotaExceeded": 47}
    empty.refresh_from_db()
    assert (empty.held, empty.settled - empty.held) == (3_000, 999)


def test_fifty_at_once_against_three_slots_admit_three(empty: Account, alice: User, project: Project) -> None:
    grant(empty.organization, 10**9)
    asked = [writer.submit(wish(alice, project, user_limit=3)) for _ in range(50)]
    assert Counter(map(outcome, asked)) == {"admitted": 3, "ConcurrencyLimitReached": 47}


def test_a_project_has_slots_of_its_own(empty: Account, alice: User, bob: User, project: Project) -> None:
    grant(empty.organization, 10**9)
    asked = [writer.submit(wish(who, project, project_limit=2)) for who in (alice, bob, alice, bob)]
    assert [outcome(each) for each in asked] == ["admitted", "admitted", *["ConcurrencyLimitReached"] * 2]


def test_who_is_admitted_hears_what_is_left_of_the_nearer_limit(empty: Account, alice: User, project: Project) -> None:
    grant(empty.organization, 10**9)
    asked = [writer.submit(wish(alice, project, user_limit=9, project_limit=limit)) for limit in (20, 20, 4)]
    assert [each.result(20).room for each in asked] == [Room(9, 8), Room(9, 7), Room(4, 1)]


def test_who_is_refused_hears_the_limit(empty: Account, alice: User, project: Project) -> None:
    grant(empty.organization, 10**9)
    refusal = writer.submit(wish(alice, project, user_limit=9, project_limit=0)).exception(20)
    assert isinstance(refusal, ConcurrencyLimitReached)
    assert refusal.limit == 0


def test_a_persons_slots_are_counted_over_all_organizations(
    empty: Account, alice: User, project: Project, other: Project
) -> None:
    Membership.objects.create(organization=other.team.organization, user=alice)
    grant(empty.organization, 10**9)
    asked = [writer.submit(wish(alice, where, user_limit=2)) for where in (project, other, project)]
    assert [outcome(each) for each in asked] == ["admitted", "admitted", "ConcurrencyLimitReached"]


def test_lack_of_money_is_told_before_lack_of_slots(empty: Account, alice: User, project: Project) -> None:
    assert isinstance(writer.submit(wish(alice, project, user_limit=0)).exception(20), QuotaExceeded)
    grant(empty.organization, 10**9)
    assert isinstance(writer.submit(wish(alice, project, user_limit=0)).exception(20), ConcurrencyLimitReached)


def test_a_refused_request_leaves_nothing_behind(empty: Account, alice: User, project: Project) -> None:
    outcome(writer.submit(wish(alice, project)))
    assert not Reservation.objects.exists()
    check_books()


def test_what_ends_makes_room_for_the_next_in_the_same_moment(empty: Account, alice: User, project: Project) -> None:
    grant(empty.organization, 2_000)
    first = writer.submit(wish(alice, project, user_limit=1)).result(20)
    ending, next_one = writer.submit(used(first)), writer.submit(wish(alice, project, user_limit=1))
    assert ending.result(20) is None
    assert outcome(next_one) == "admitted"
    check_books()


def test_no_limit_named_holds_a_part_of_what_is_left(empty: Account, alice: User, project: Project) -> None:
    grant(empty.organization, 100 + 8 * 100 * 5_000)
    admitted = writer.submit(wish(alice, project, asked_output=None, most_output=100_000)).result(20)
    assert admitted.output_limit == 5_000


def test_no_limit_named_and_little_left_admits_what_it_pays_for(empty: Account, alice: User, project: Project) -> None:
    grant(empty.organization, 100 + 100 * 7 + 99)
    admitted = writer.submit(wish(alice, project, asked_output=None, most_output=100_000)).result(20)
    assert (admitted.output_limit, admitted.amount) == (7, 800)


def test_a_price_of_nothing_admits_an_empty_account(empty: Account, alice: User, project: Project) -> None:
    free = type(PRICES)(0, 0, 0)
    admitted = writer.submit(wish(alice, project, asked_output=None, prices=free)).result(20)
    assert (admitted.output_limit, admitted.amount) == (100, 0)


@pytest.mark.parametrize("absurd", [10**12, 10**30])
def test_an_absurd_limit_is_refused(empty: Account, alice: User, project: Project, absurd: int) -> None:
    grant(empty.organization, 10**9)
    assert outcome(writer.submit(wish(alice, project, asked_output=absurd))) == "QuotaExceeded"


def test_every_choice_is_held_for(empty: Account, alice: User, project: Project) -> None:
    grant(empty.organization, 10**9)
    assert writer.submit(wish(alice, project, choices=4)).result(20).amount == 100 + 4 * 900
