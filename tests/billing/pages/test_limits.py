"""Admins set spending limits, which begin with what was used already and refuse what goes beyond them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import ApiKey, Organization, Project, User
from billing.accounts import account_of
from billing.book import book
from billing.grants import grant
from billing.models import AuditEvent, SpendingLimit
from common import clock
from common.errors import SpendingLimitReached
from common.money import PICO, pico
from tests.billing.pages import seen
from tests.billing.pages.conftest import DOLLAR, Run, Spend
from tests.billing.wishes import wish
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
PAGE, NEW = "/billing/limits", "/billing/limits/new"


@pytest.fixture
def subject(organization: Organization) -> str:
    grant(organization, pico("1000"))
    return f"organization:{organization.pk}"


def said(subject: str, amount: str = "10", period: str = "month") -> dict[str, str]:
    return {"subject": subject, "period": period, "amount": amount}


def refused(client: Client, path: str, form: dict[str, str]) -> str:
    answer = client.post(path, form)
    assert answer.status_code == 422
    return answer.content.decode()


def test_a_new_limit_begins_with_what_was_used(
    alice_client: Client, subject: str, run: Run, spend: Spend, alice: User, project: Project
) -> None:
    spend(4)
    run(3)
    page = seen.text(seen.followed(alice_client, NEW, said(subject)))
    assert "The organization alice may use $10.00 a month." in page
    assert "$4.00 used, $3.00 held, $3.00 left" in page
    (answer,) = book([], [wish(alice, project, prices=DOLLAR, prompt_estimate=0, asked_output=4)])
    assert isinstance(answer, SpendingLimitReached)
    assert "the organization's spending limit of $10.00 a month" in answer.message


def test_what_was_used_on_another_day_does_not_count_today(
    alice_client: Client, subject: str, spend: Spend, monkeypatch: pytest.MonkeyPatch
) -> None:
    spend(4)
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda told=None: now + timedelta(days=40))
    assert "$0.00 used" in seen.text(seen.followed(alice_client, NEW, said(subject, period="day")))


def test_a_project_and_a_key_count_their_own_usage(
    alice_client: Client, subject: str, spend: Spend, alice: User, project: Project
) -> None:
    key = ApiKey.objects.issue(user=alice, project=project, label="one")[0]
    other = Project.objects.create(team=project.team, slug="other")
    spend(1, api_key_id=key.pk)
    spend(2)
    spend(4, project_id=other.pk)
    seen.followed(alice_client, NEW, said(f"project:{project.pk}"))
    page = seen.text(seen.followed(alice_client, NEW, said(f"key:{key.pk}")))
    assert f"The project {project.path}" in page
    assert "$3.00 used" in page
    assert "$1.00 used" in page


def test_it_is_changed_and_removed_and_both_are_written_down(alice_client: Client, subject: str) -> None:
    seen.followed(alice_client, NEW, said(subject))
    limit = SpendingLimit.objects.get()
    seen.followed(alice_client, f"/billing/limits/{limit.pk}/change", {"amount": "$1,250.50"})
    assert SpendingLimit.objects.get().amount == pico("1250.50")
    seen.followed(alice_client, f"/billing/limits/{limit.pk}/remove", {})
    assert not SpendingLimit.objects.exists()
    sentences = list(
        AuditEvent.objects.filter(action__startswith="limit").order_by("at").values_list("sentence", flat=True)
    )
    assert sentences == [
        "Spending limit of the organization alice: $10.00 a month",
        "Spending limit of the organization alice: $1,250.50 a month, was $10.00 a month",
        "Spending limit of the organization alice removed: $1,250.50 a month",
    ]
    assert "Spending limit of the organization alice removed" in seen.shown(alice_client, "/billing/audit")


def test_removed_twice_it_is_gone_once(alice_client: Client, charlie_client: Client, subject: str) -> None:
    seen.followed(alice_client, NEW, said(subject))
    remove = f"/billing/limits/{SpendingLimit.objects.get().pk}/remove"
    assert charlie_client.post(remove).status_code == 404
    assert "is removed." in seen.followed(alice_client, remove, {})
    again = alice_client.post(remove)
    assert again.status_code == 404
    assert "There is no such limit any more." in again.content.decode()
    assert AuditEvent.objects.filter(action="limit.removed").count() == 1


def test_sent_twice_it_is_one_limit(alice_client: Client, subject: str) -> None:
    for _ in range(2):
        seen.followed(alice_client, NEW, said(subject))
    assert (SpendingLimit.objects.count(), AuditEvent.objects.filter(action="limit.set").count()) == (1, 1)


def test_nothing_at_all_may_be_allowed(alice_client: Client, subject: str, alice: User, project: Project) -> None:
    seen.followed(alice_client, NEW, said(subject, "0"))
    (answer,) = book([], [wish(alice, project)])
    assert isinstance(answer, SpendingLimitReached)


@pytest.mark.parametrize(
    ("amount", "why"),
    [
        ("", "This field is required."),
        ("-5", "This may not be negative."),
        ("many", "is not an amount of dollars"),
        ("NaN", "is not an amount of dollars"),
        ("1e9", "is not an amount of dollars"),
        ("1,5", "is not an amount of dollars"),
        ("99999999", "At most $9,000,000.00 can be meant."),
        ("0.0000000000001", "Twelve places behind the point are the most."),
        ("5 EUR", "Amounts are in US dollars, and in nothing else."),
        ("€5", "Amounts are in US dollars, and in nothing else."),
    ],
)
def test_an_amount_that_cannot_be_meant_is_refused_beside_it(
    alice_client: Client, subject: str, amount: str, why: str
) -> None:
    assert why in refused(alice_client, NEW, said(subject, amount))
    seen.followed(alice_client, NEW, said(subject))
    limit = SpendingLimit.objects.get()
    assert why in refused(alice_client, f"/billing/limits/{limit.pk}/change", {"amount": amount})
    assert SpendingLimit.objects.get().amount == 10 * PICO


def test_an_amount_is_said_with_every_place_that_was_typed(
    alice_client: Client, subject: str, alice: User, project: Project
) -> None:
    page = seen.followed(alice_client, NEW, said(subject, "0.0000000004", "day"))
    assert "The organization alice may use $0.0000000004 a day." in page
    (answer,) = book([], [wish(alice, project)])
    assert isinstance(answer, SpendingLimitReached)
    assert "spending limit of $0.0000000004 a day" in answer.message


def test_what_belongs_to_others_cannot_be_limited(
    alice_client: Client, subject: str, charlie: User, charlie_client: Client
) -> None:
    others = Project.objects.get(team__slug="charlie")
    assert "has no such project or key" in refused(alice_client, NEW, said(f"project:{others.pk}"))
    seen.followed(alice_client, NEW, said(subject))
    limit = SpendingLimit.objects.get()
    assert charlie_client.post(f"/billing/limits/{limit.pk}/change", {"amount": "1"}).status_code == 404
    assert charlie_client.post(f"/billing/limits/{limit.pk}/remove").status_code == 404


def test_a_member_sets_none(bob: User, subject: str) -> None:
    assert signed_in(bob).post(NEW, said(subject)).status_code == 403


def test_it_takes_few_queries(
    alice_client: Client, subject: str, organization: Organization, django_assert_max_num_queries: Any
) -> None:
    account_of(organization.pk)
    seen.followed(alice_client, NEW, said(subject))
    with django_assert_max_num_queries(12):
        seen.shown(alice_client, PAGE)
