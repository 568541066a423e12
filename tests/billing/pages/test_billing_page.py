"""Billing shows an organization's admins what is left, what is held, what this month cost and what is to be paid."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import Organization, User
from billing.accounts import account_of
from billing.grants import grant
from billing.models import Account, Grant, Plan
from billing.plan_changes import change_plan
from common import clock
from common.money import PICO, pico
from tests.billing.invoicing.frozen import frozen
from tests.billing.pages import seen
from tests.billing.pages.conftest import Run, Spend

pytestmark = pytest.mark.django_db


def test_the_first_look_shows_the_credits_of_the_free_plan(alice_client: Client) -> None:
    page = seen.shown(alice_client)
    assert seen.data(page, "balance") == 5 * PICO
    assert "Free plan" in page
    assert "Included credits do not expire $5.00 of $5.00" in seen.text(page)


def test_a_member_is_told_who_may_see_it(bob_client: Client) -> None:
    assert "Only admins of the organization can open this page." in seen.shown(bob_client, status=403)


def test_the_card_has_what_is_held_and_what_this_month_cost(alice_client: Client, run: Run, spend: Spend) -> None:
    spend(2)
    run(1)
    page = seen.shown(alice_client)
    assert [seen.data(page, name) for name in ("balance", "held", "used")] == [3 * PICO, 1 * PICO, 2 * PICO]
    assert "Upcoming charges" not in page


def test_the_card_alone_is_what_it_asks_for_while_it_is_looked_at(alice_client: Client, spend: Spend) -> None:
    spend(2)
    card = alice_client.get("/billing", headers={"hx-request": "true"})
    assert card.content.decode().lstrip().startswith("<section")
    assert seen.data(card.content.decode(), "used") == 2 * PICO
    assert "HX-Request" in card.headers["Vary"]


def test_overage_is_shown_as_upcoming_charges(alice_client: Client, organization: Organization, spend: Spend) -> None:
    account_of(organization.pk)
    change_plan(organization.pk, Plan.objects.get(slug="pro"))
    left = seen.data(seen.shown(alice_client), "balance")
    spend(100)
    page = seen.shown(alice_client)
    assert (seen.data(page, "balance"), seen.data(page, "upcoming")) == (0, 100 * PICO - left)


def test_grants_stand_in_the_order_in_which_they_are_drawn(alice_client: Client, organization: Organization) -> None:
    soon = clock.now() + timedelta(days=3)
    grant(organization, pico("7"), note="Prepaid", category=Grant.Category.PAID)
    grant(organization, pico("9"), note="Hackathon", expires=soon)
    grant(organization, pico("2"), note="One model", model="maker/one")
    page = seen.text(seen.shown(alice_client))
    rows = page[page.index("Left Expire") :]
    order = sorted(("One model", "Hackathon", "Prepaid", "Included in"), key=rows.index)
    assert order == ["One model", "Hackathon", "Included in", "Prepaid"]
    assert "for maker/one" in page


def test_credits_that_are_over_count_no_more(alice_client: Client, organization: Organization) -> None:
    over = grant(organization, pico("9"), expires=clock.now() + timedelta(days=3))
    type(over).objects.filter(pk=over.pk).update(
        effective_at=clock.now() - timedelta(days=9), expires_at=clock.now() - timedelta(seconds=1)
    )
    assert seen.data(seen.shown(alice_client), "balance") == 5 * PICO


def test_what_the_plan_includes_is_there_when_its_time_has_come(
    alice_client: Client, organization: Organization, spend: Spend
) -> None:
    change_plan(organization.pk, Plan.objects.get(slug="pro"))
    account = account_of(organization.pk)
    account.grants.filter(plan__slug="pro").update(period=clock.now() - timedelta(days=70))
    Account.objects.update(renews_at=clock.now() - timedelta(seconds=1))
    before = account_of(organization.pk).settled
    assert seen.data(seen.shown(alice_client), "balance") == before + 20 * PICO


def test_the_newest_invoices_are_there(alice_client: Client, organization: Organization) -> None:
    frozen(account_of(organization.pk), 10 * PICO, number="2020-000007")
    page = seen.shown(alice_client)
    assert 'data-invoice="2020-000007"' in page


def test_it_shows_nothing_of_other_organizations(charlie: User, alice_client: Client, charlie_client: Client) -> None:
    grant(Organization.objects.get(members=charlie), pico("1000"), note="Charlies")
    assert "Charlies" in seen.shown(charlie_client)
    assert "Charlies" not in seen.shown(alice_client)


def test_it_takes_few_queries(
    alice_client: Client, organization: Organization, spend: Spend, django_assert_max_num_queries: Any
) -> None:
    for number in range(5):
        grant(organization, pico("1"), note=f"Grant {number}")
    spend(1)
    seen.shown(alice_client)
    with django_assert_max_num_queries(12):
        seen.shown(alice_client)
    with django_assert_max_num_queries(12):
        seen.shown(alice_client, "/billing/plans")
