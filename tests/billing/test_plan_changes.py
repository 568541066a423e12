"""Plans: what they include comes by itself, whole or in proportion; a change is in force at once and written down."""

from __future__ import annotations

import pytest

from accounts.models import Organization, Project, User
from billing import tidying
from billing.accounts import account_of
from billing.book import book
from billing.models import Account, AuditEvent, Grant, PlanChange, Reservation
from billing.plan_changes import change_plan
from common.money import PICO
from tests.billing.moving_clock import MovingClock
from tests.billing.test_ledger import admitted
from tests.billing.wishes import check_books, plan, take_all_credits, used, wish


def included(account: Account) -> list[tuple[str, int, str]]:
    """Plan, amount and the day on which it is over."""
    rows = Grant.objects.filter(account=account, plan__isnull=False).select_related("plan").order_by("created_at")
    return [(g.plan.slug, g.amount, f"{g.expires_at:%Y-%m-%d}" if g.expires_at else "") for g in rows if g.plan]


@pytest.fixture
def account(transactional_db: None, time: MovingClock, organization: Organization) -> Account:
    return account_of(organization.pk)


def test_a_change_grants_the_days_that_are_left_and_says_so(account: Account, alice: User) -> None:
    """On 10 March, 22 of 31 days are left, that day among them."""
    change = change_plan(account.pk, plan("pro"), actor=alice)
    assert change is not None
    assert included(account) == [("free", 5 * PICO, ""), ("pro", 20 * PICO * 22 // 31, "2027-04-01")]
    assert (change.before.slug if change.before else "", change.proration) == ("free", "22 of 31 days")
    assert AuditEvent.objects.get().sentence == "Plan changed from Free to Pro, with credits for 22 of 31 days"
    assert Grant.objects.latest("created_at").note == "Included in the Pro plan, 22 of 31 days"
    assert AuditEvent.objects.get().actor_name == "alice"
    check_books()


def test_the_next_month_brings_them_whole(account: Account, time: MovingClock) -> None:
    change_plan(account.pk, plan("pro"))
    time.to("2027-04-01T00:00")
    assert (tidying.tidy(), tidying.tidy()) == (1, 0)
    assert included(account)[-1] == ("pro", 20 * PICO, "2027-05-01")
    assert Grant.objects.latest("created_at").note == "Included in the Pro plan"
    account.refresh_from_db()
    assert account.settled == 25 * PICO
    check_books()


def test_a_request_finds_the_new_months_credits_without_any_job(
    account: Account, time: MovingClock, alice: User, project: Project
) -> None:
    change_plan(account.pk, plan("pro"))
    time.to("2027-04-01T00:00:00.000001")
    book([used(admitted(alice, project))], [])
    assert included(account)[-1] == ("pro", 20 * PICO, "2027-05-01")
    check_books()


def test_a_month_that_nobody_used_is_not_made_up_for(account: Account, time: MovingClock) -> None:
    change_plan(account.pk, plan("pro"))
    time.to("2027-07-15T12:00")
    tidying.tidy()
    assert included(account)[-1] == ("pro", 20 * PICO, "2027-08-01")
    assert len(included(account)) == 3


def test_coming_back_to_a_plan_brings_nothing_twice(account: Account) -> None:
    for slug in ("pro", "free", "pro", "academic", "pro"):
        change_plan(account.pk, plan(slug))
    assert [slug for slug, *_ in included(account)] == ["free", "pro", "academic"]
    assert PlanChange.objects.count() == 6
    check_books()


def test_a_year_is_a_calendar_year(account: Account, time: MovingClock) -> None:
    time.to("2028-02-29T23:59:59.999999")
    change_plan(account.pk, plan("academic"))
    assert included(account)[-1] == ("academic", 100 * PICO * 307 // 366, "2029-01-01")


def test_the_plan_one_is_on_is_no_change(account: Account) -> None:
    assert change_plan(account.pk, plan("free")) is None
    assert PlanChange.objects.count() == 1


def test_overage_is_let_in_at_once_and_not_any_more_at_once(account: Account, alice: User, project: Project) -> None:
    take_all_credits()
    costly = wish(alice, project, asked_output=10**9)
    (refused,) = book([], [costly])
    assert not isinstance(refused, Reservation)
    change_plan(account.pk, plan("enterprise"))
    (answer,) = book([], [costly])
    assert isinstance(answer, Reservation)
    change_plan(account.pk, plan("free"))
    (refused,) = book([], [wish(alice, project)])
    assert not isinstance(refused, Reservation)


def test_a_cap_by_the_year_counts_what_was_spent_before_the_change(
    account: Account, time: MovingClock, alice: User, project: Project
) -> None:
    change_plan(account.pk, plan("pro"))
    take_all_credits()
    book([used(admitted(alice, project))], [])
    time.to("2027-05-01T00:00")
    change_plan(account.pk, plan("enterprise"))
    account.refresh_from_db()
    assert account.spending == 1_000
