"""Which credits pay for what, in which order, and until when."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Project, User
from billing import book as books
from billing import tidying
from billing.accounts import account_of
from billing.book import book
from billing.drawing import Credit, order
from billing.grants import grant, void
from billing.models import Account, Grant, LedgerEntry, Reservation
from billing.plan_changes import change_plan
from common.errors import QuotaExceeded
from tests.billing.moving_clock import MovingClock
from tests.billing.test_ledger import admitted
from tests.billing.wishes import check_books, plan, used, wish

PAID = Grant.Category.PAID


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def left(account: Account) -> dict[str, int]:
    return dict(account.grants.exclude(note__startswith="Included").values_list("note", "remaining"))


def refusal(user: User, project: Project, **changes: Any) -> object:
    (answer,) = book([], [wish(user, project, **changes)])
    return answer


def test_they_are_drawn_in_a_fixed_order(time: MovingClock, empty: Account, alice: User, project: Project) -> None:
    organization = empty.organization
    for note, details in {
        "last: never over, paid": {"category": PAID},
        "5: never over": {},
        "4: over last": {"expires": at("2027-12-31")},
        "3: over next, paid": {"expires": at("2027-06-30"), "category": PAID},
        "2: over next, given": {"expires": at("2027-06-30")},
        "1: ranked first": {"priority": 1},
        "0: for the model alone": {"model": "a/model", "priority": 99},
    }.items():
        grant(organization, 1_000, note=note, **details)  # type: ignore[arg-type]
    for _ in range(7):
        time.by(seconds=1)
        book([used(admitted(alice, project))], [])
    drawn = LedgerEntry.objects.filter(kind="usage").order_by("at").values_list("grant_id", flat=True)
    notes = [Grant.objects.get(pk=pk).note for pk in drawn if pk]
    assert [note[0] for note in notes] == ["0", "1", "2", "3", "4", "5", "l"]
    check_books()


def test_what_is_over_pays_for_nothing_new_though_nobody_has_booked_it(
    time: MovingClock, empty: Account, alice: User, project: Project
) -> None:
    grant(empty.organization, 9_000, expires=at("2027-03-31T00:00"))
    time.to("2027-03-31T00:00")
    assert isinstance(refusal(alice, project), QuotaExceeded)


def test_what_was_valid_at_admission_pays_at_the_end(
    time: MovingClock, empty: Account, alice: User, project: Project
) -> None:
    grant(empty.organization, 9_000, expires=at("2027-03-31T00:00"), note="old")
    row = admitted(alice, project)
    time.to("2027-03-31T00:05")
    assert tidying.tidy() == 1
    assert left(empty) == {"old": 9_000}
    book([used(row)], [])
    assert left(empty) == {"old": 0}
    kinds = LedgerEntry.objects.filter(grant_id__isnull=False, account=empty).order_by("at", "id")
    assert list(kinds.values_list("kind", "amount"))[-2:] == [("usage", 1_000), ("expiry", 8_000)]
    check_books()


def test_expiry_is_an_entry_of_its_own(time: MovingClock, empty: Account) -> None:
    given = grant(empty.organization, 9_000, expires=at("2027-03-31T00:00"))
    time.to("2027-03-31T00:00")
    assert (tidying.tidy(), tidying.tidy()) == (1, 0)
    entry = LedgerEntry.objects.get(kind="expiry", grant_id=given.pk)
    assert (entry.source, entry.target, entry.amount) == ("promotional", "expired", 9_000)
    empty.refresh_from_db()
    assert empty.settled == 0
    check_books()


def test_an_account_that_cannot_be_tidied_up_holds_up_no_other(
    time: MovingClock, empty: Account, other: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = account_of(other.team.organization_id)
    for organization in (empty.organization, second.organization):
        grant(organization, 9_000, expires=at("2027-03-11T00:00"), note="old")
    tidy = books.tidy

    def fail(organization_ids: Collection[UUID]) -> None:
        if min(empty.pk, second.pk) in organization_ids:
            raise ValueError
        tidy(organization_ids)

    monkeypatch.setattr(books, "tidy", fail)
    time.to("2027-03-11T00:00")
    tidying.tidy()
    assert LedgerEntry.objects.get(kind="expiry").account_id == max(empty.pk, second.pk)


def test_what_begins_later_pays_later(time: MovingClock, empty: Account, alice: User, project: Project) -> None:
    grant(empty.organization, 9_000, effective_at=at("2027-03-11T00:00"))
    assert isinstance(refusal(alice, project), QuotaExceeded)
    time.to("2027-03-11T00:00")
    admitted(alice, project)


@pytest.mark.parametrize(("slug", "where"), [("free", "can upgrade its plan"), ("academic", "finds what can be done")])
def test_a_refusal_says_what_can_be_done_and_where(
    empty: Account, alice: User, project: Project, slug: str, where: str
) -> None:
    Account.objects.update(plan=plan(slug))
    told = str(refusal(alice, project))
    assert told.endswith(f"an admin of the organization {where} at http://127.0.0.1:8000/billing/plans")


def test_credits_for_one_model_pay_for_no_other(empty: Account, alice: User, project: Project) -> None:
    grant(empty.organization, 1_500, model="a/model")
    assert isinstance(refusal(alice, project, model="other/model"), QuotaExceeded)
    admitted(alice, project)
    assert isinstance(refusal(alice, project), QuotaExceeded)


def test_what_is_held_of_one_models_credits_leaves_the_others_alone(
    empty: Account, alice: User, project: Project
) -> None:
    """Of the model's 1,500 and the 1,000 for all, its second request holds 500 of the latter."""
    grant(empty.organization, 1_500, model="a/model")
    grant(empty.organization, 1_000)
    first = admitted(alice, project)
    assert isinstance(refusal(alice, project, model="other/model", asked_output=10), QuotaExceeded)
    admitted(alice, project, model="other/model", asked_output=4)
    assert isinstance(refusal(alice, project, asked_output=10), QuotaExceeded)
    admitted(alice, project, asked_output=9)
    book([used(first)], [])
    check_books()


def test_paid_credits_for_one_model_are_refused(empty: Account) -> None:
    with pytest.raises(ValueError, match="paid ones pay for every model"):
        grant(empty.organization, 1, model="a/model", category=PAID)


def test_a_cap_bounds_what_is_spent_of_ones_own_money(
    time: MovingClock, empty: Account, alice: User, project: Project
) -> None:
    Account.objects.filter(pk=empty.pk).update(spending_cap=2_500)
    grant(empty.organization, 9_000, category=PAID)
    for _ in range(2):
        book([used(admitted(alice, project))], [])
    assert isinstance(refusal(alice, project), QuotaExceeded)
    time.to("2027-04-01T00:00")
    admitted(alice, project)
    check_books()


def test_credits_that_were_given_do_not_count_towards_the_cap(empty: Account, alice: User, project: Project) -> None:
    Account.objects.filter(pk=empty.pk).update(spending_cap=0)
    grant(empty.organization, 1_000, category=PAID)
    assert isinstance(refusal(alice, project), QuotaExceeded)
    grant(empty.organization, 1_000)
    book([used(admitted(alice, project))], [])
    assert list(empty.grants.open().values_list("category", "remaining")) == [("paid", 1_000)]
    check_books()


def test_overage_goes_on_up_to_the_cap(empty: Account, alice: User, project: Project) -> None:
    change_plan(empty.pk, plan("enterprise"))
    Account.objects.filter(pk=empty.pk).update(spending_cap=2_999)
    rows = [admitted(alice, project) for _ in range(2)]
    assert isinstance(refusal(alice, project), QuotaExceeded)
    book([used(row) for row in rows], [])
    assert isinstance(refusal(alice, project), QuotaExceeded)
    check_books()


moments = st.integers(1, 3).map(lambda day: datetime(2027, 1, day, tzinfo=UTC))
some_credits = st.builds(
    Credit,
    id=st.uuids(),
    remaining=st.integers(1, 10),
    book=st.sampled_from(["promotional", "paid"]),
    model=st.sampled_from(["", "a/model"]),
    priority=st.integers(0, 3),
    effective_at=moments,
    expires_at=moments,
    created_at=moments,
)


@given(st.lists(some_credits, max_size=8), st.randoms())
def test_the_order_depends_on_nothing_but_the_credits(some: list[Credit], random: Any) -> None:
    shuffled = random.sample(some, len(some))
    assert sorted(some, key=order) == sorted(shuffled, key=order)


def test_a_running_request_keeps_what_it_was_admitted_on_from_being_taken_back(
    empty: Account, alice: User, project: Project
) -> None:
    given = grant(empty.organization, 1_000)
    row = admitted(alice, project)
    assert void(given) == 0
    book([used(row)], [])
    assert Reservation.objects.get(pk=row.pk).state == "settled"
    check_books()


def test_what_begins_later_can_be_taken_back_before_and_pays_no_debt_of_today(
    time: MovingClock, empty: Account, alice: User, project: Project
) -> None:
    grant(empty.organization, 1_000)
    book([used(admitted(alice, project), completion=14)], [])
    later = grant(empty.organization, 9_000, effective_at=at("2027-04-01"))
    assert later.remaining == 9_000
    assert void(later) == 9_000
    check_books()
