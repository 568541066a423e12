"""Spending limits of an organization, a project, a key: for a day or a month, and the broadest is named."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from accounts.models import ApiKey, Project, User
from billing.book import book
from billing.grants import grant
from billing.models import Account, Reservation, SpendingLimit
from billing.prices import UnitPrices
from billing.usage.periods import Grain
from common import clock
from common.errors import SpendingLimitReached
from tests.billing.moving_clock import MovingClock
from tests.billing.wishes import check_books, used, wish


@pytest.fixture
def rich(time: MovingClock, empty: Account) -> Account:
    grant(empty.organization, 10**9)
    return empty


def limit(
    account: Account, amount: int, *, scope: str = "organization", subject: Any = None, period: str = "month"
) -> None:
    start = Grain(period).floor(clock.now())
    subject_id = subject or account.pk
    SpendingLimit.objects.create(
        account=account, scope=scope, subject_id=subject_id, period=period, amount=amount, start=start
    )


def ask(user: User, project: Project, **changes: Any) -> Any:
    (answer,) = book([], [wish(user, project, **changes)])
    return answer


def use(user: User, project: Project, **changes: Any) -> None:
    book([used(ask(user, project, **changes))], [])


def test_it_counts_what_was_used_and_what_is_held(rich: Account, alice: User, project: Project) -> None:
    limit(rich, 2_500)
    use(alice, project)
    ask(alice, project)
    assert isinstance(ask(alice, project), SpendingLimitReached)
    check_books()


def test_it_says_whose_limit_it_is_and_when_it_starts_again(rich: Account, alice: User, project: Project) -> None:
    limit(rich, 10**12 * 3 // 2, scope="project", subject=project.pk, period="day")
    grant(rich.organization, 10**13)
    assert ask(alice, project, asked_output=10**11).message == (
        "You exceeded your current quota, please check your plan and billing details: the project's spending limit"
        " of $1.50 a day leaves too little for this request until 2027-03-11 00:00 UTC"
    )


@pytest.mark.parametrize(("period", "again"), [("day", "2027-03-11T00:00"), ("month", "2027-04-01T00:00")])
def test_it_starts_again_by_itself(
    rich: Account, time: MovingClock, alice: User, project: Project, period: str, again: str
) -> None:
    limit(rich, 1_500, period=period)
    use(alice, project)
    assert isinstance(ask(alice, project), SpendingLimitReached)
    time.to(again)
    use(alice, project)
    kept = SpendingLimit.objects.get()
    assert (kept.start, kept.spent) == (time.at, 1_000)


def test_a_projects_limit_is_no_other_projects(rich: Account, alice: User, project: Project) -> None:
    second = Project.objects.create(team=project.team, slug="second")
    limit(rich, 500, scope="project", subject=project.pk)
    assert isinstance(ask(alice, project), SpendingLimitReached)
    assert isinstance(ask(alice, second), Reservation)


def test_a_keys_limit_is_no_other_keys(rich: Account, alice: User, project: Project) -> None:
    key = ApiKey.objects.issue(user=alice, project=project)[0]
    limit(rich, 1_500, scope="key", subject=key.pk)
    use(alice, project, api_key_id=key.pk)
    assert isinstance(ask(alice, project, api_key_id=key.pk), SpendingLimitReached)
    assert isinstance(ask(alice, project, api_key_id=uuid.uuid4()), Reservation)
    assert isinstance(ask(alice, project), Reservation)


def test_of_several_that_are_reached_the_broadest_is_named(rich: Account, alice: User, project: Project) -> None:
    limit(rich, 1, scope="project", subject=project.pk, period="month")
    limit(rich, 1, period="day")
    assert "the organization's spending limit of $0.000000000001 a day" in ask(alice, project).message
    limit(rich, 1, period="month")
    assert "the organization's spending limit of $0.000000000001 a month" in ask(alice, project).message


def test_who_names_no_limit_of_output_is_given_what_the_narrowest_leaves(
    rich: Account, alice: User, project: Project
) -> None:
    limit(rich, 1_100)
    assert ask(alice, project, asked_output=None, most_output=100).output_limit == 10


def test_a_limit_of_nothing_lets_through_what_costs_nothing(rich: Account, alice: User, project: Project) -> None:
    limit(rich, 0)
    assert isinstance(ask(alice, project, prices=UnitPrices(0, 0, 0)), Reservation)
