"""Above every page stands what holds up an organization's spending, in the words of its plan."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import Organization, Project, User
from billing.accounts import account_of
from billing.banner import forget
from billing.grants import grant, void
from billing.limiting import set_limit
from billing.models import Account, Plan
from billing.plan_changes import change_plan
from billing.prices import UnitPrices
from common.money import PICO, agreed_usd, pico
from tests.billing.pages import seen
from tests.billing.pages.conftest import Spend

pytestmark = pytest.mark.django_db
ANY_PAGE = "/settings"


def banner(client: Client, path: str = ANY_PAGE) -> str:
    """As whoever has not looked for a while."""
    forget()
    page = seen.shown(client, path)
    start = page.find("data-banner")
    return seen.text("<aside " + page[start : page.index("</aside>")]) if start > 0 else ""


def on(organization: Organization, slug: str) -> Account:
    account_of(organization.pk)
    change_plan(organization.pk, Plan.objects.get(slug=slug))
    return account_of(organization.pk)


def test_while_there_are_credits_there_is_none(alice_client: Client, spend: Spend) -> None:
    spend(4)
    assert banner(alice_client) == ""


def test_free_that_is_almost_out_is_told_to_upgrade(
    alice_client: Client, organization: Organization, spend: Spend
) -> None:
    grant(organization, pico("15"))
    spend(18)
    assert banner(alice_client) == "Almost out of Inference credits. Upgrade your plan to keep going. Upgrade"


def test_free_that_is_out_is_told_to_upgrade_and_members_whom_to_ask(
    alice_client: Client, bob_client: Client, spend: Spend
) -> None:
    spend(5)
    sentence = "Out of Inference credits. To continue using Inference, upgrade your plan."
    assert banner(alice_client) == f"{sentence} Upgrade"
    assert banner(bob_client) == f"{sentence} Ask an admin"
    assert 'href="/billing/plans">Ask an admin' in seen.shown(bob_client, ANY_PAGE)


def test_an_upgrade_changes_it_at_once(
    alice_client: Client, spend: Spend, organization: Organization, django_capture_on_commit_callbacks: Any
) -> None:
    spend(5)
    assert "To continue using Inference, upgrade your plan." in banner(alice_client)
    with django_capture_on_commit_callbacks(execute=True):
        change_plan(organization.pk, Plan.objects.get(slug="pro"))
    assert "upgrade" not in seen.shown(alice_client, ANY_PAGE)


def test_pro_is_told_when_credits_come_again(alice_client: Client, organization: Organization, spend: Spend) -> None:
    account = on(organization, "pro")
    spend(account.settled // PICO + 1)
    assert account.renews_at
    assert banner(alice_client) == (
        f"Out of Inference credits. You’ll receive more on {account.renews_at:%Y-%m-%d}."
        " Usage goes on at pay-as-you-go prices. Billing"
    )


def test_a_cap_that_is_reached_says_when_it_starts_again(
    alice_client: Client, organization: Organization, spend: Spend
) -> None:
    account = on(organization, "pro")
    dollars = account.settled // PICO + 2
    cap = dollars * PICO - account.settled
    Account.objects.update(spending_cap=cap)
    spend(dollars)
    said = banner(alice_client)
    assert said.startswith(f"You’ve reached your spending cap of {agreed_usd(cap)} a month.")
    assert " a month. Only promotional credits still pay for requests." in said
    assert "It starts again on" in said
    assert "Talk to your operator about a higher one." in said


def test_academic_pauses_until_credits_refresh(alice_client: Client, organization: Organization, spend: Spend) -> None:
    account = on(organization, "academic")
    thousandth = pico("0.001")
    spend(account.settled // thousandth, prices=UnitPrices(thousandth, thousandth, thousandth))
    assert account.renews_at
    assert banner(alice_client) == (
        f"Out of Inference credits. Inference pauses until credits refresh on {account.renews_at:%Y-%m-%d}. Billing"
    )


def test_enterprise_without_credits_is_told_nothing(
    alice_client: Client, organization: Organization, spend: Spend
) -> None:
    on(organization, "enterprise")
    assert banner(alice_client) == ""
    spend(5)
    assert "the prices of your contract" in banner(alice_client)


def test_enterprise_that_never_had_credits_is_told_nothing(alice_client: Client, organization: Organization) -> None:
    void(account_of(organization.pk).grants.get())
    on(organization, "enterprise")
    assert banner(alice_client) == ""


@pytest.mark.parametrize("scope", ["organization", "project"])
def test_a_limit_that_is_used_up_is_named(
    alice_client: Client, organization: Organization, project: Project, alice: User, spend: Spend, scope: str
) -> None:
    subject = organization.pk if scope == "organization" else project.pk
    thing: dict[str, Any] = {"scope": scope, "subject_id": subject, "period": "day", "whose": "it"}
    set_limit(organization.pk, **thing, amount=2 * PICO, actor=alice)
    spend(2)
    said = banner(alice_client)
    assert said.startswith(f"The {scope}’s spending limit of $2.00 a day is used up. Requests are refused until")
    assert said.endswith("Limits")


def test_who_dismissed_it_sees_it_no_more(alice_client: Client, bob_client: Client, spend: Spend) -> None:
    spend(5)
    page = seen.shown(alice_client, ANY_PAGE)
    key = page.split('data-banner="')[1].split('"')[0]
    answer = alice_client.post("/billing/banner/dismiss", {"key": key, "back": ANY_PAGE})
    assert answer["Location"] == ANY_PAGE
    assert banner(alice_client) == ""
    assert banner(bob_client)


@pytest.mark.parametrize("back", ["anywhere", "https://evil.example/", "//evil.example", ""])
def test_dismissing_leads_nowhere_else(alice_client: Client, back: str) -> None:
    assert alice_client.post("/billing/banner/dismiss", {"key": "out-2026-11", "back": back})["Location"] == "/"
    assert alice_client.post("/billing/banner/dismiss", {"back": back}).status_code == 400


def test_others_are_told_nothing(charlie_client: Client, spend: Spend) -> None:
    spend(5)
    assert banner(charlie_client) == ""


def test_it_costs_a_page_one_query_and_the_next_none(
    alice_client: Client, spend: Spend, django_assert_max_num_queries: Any, django_assert_num_queries: Any
) -> None:
    spend(1)
    seen.shown(alice_client, ANY_PAGE)
    with django_assert_max_num_queries(12) as remembered:
        seen.shown(alice_client, ANY_PAGE)
    forget()
    with django_assert_num_queries(len(remembered) + 1):
        seen.shown(alice_client, ANY_PAGE)
