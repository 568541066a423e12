"""Admins choose a plan that is theirs to choose, and are told before what exactly happens."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client

from accounts.models import Organization
from billing.accounts import account_of
from billing.models import AuditEvent, Plan, PlanChange
from billing.plan_changes import change_plan
from common import clock
from common.money import PICO
from tests.billing.pages import seen
from tests.billing.pages.conftest import Spend
from tests.billing.wishes import check_books

pytestmark = pytest.mark.django_db
PAGE, CHANGE = "/billing/plans", "/billing/plans/change"


@pytest.fixture(autouse=True)
def _in_november(monkeypatch: pytest.MonkeyPatch) -> None:
    """On the 16th of 30 days."""
    monkeypatch.setattr(clock, "now", lambda told=None: datetime(2026, 11, 16, 12, tzinfo=UTC))


def test_it_says_what_happens_before_it_does(alice_client: Client, organization: Organization) -> None:
    page = seen.shown(alice_client, PAGE)
    happens = (
        "The credits you have stay until they expire."
        " You get $10.00 of credits now, for 15 of 30 days until 2026-12-01, and $20.00 again when a month begins."
        " When credits are used up, usage goes on and is billed monthly at the models’ prices."
        " At most $6,000.00 a month may be spent beyond promotional credits."
    )
    assert f'data-confirm-detail="{happens}"' in page
    assert "is on the plan Pro now." in seen.followed(alice_client, CHANGE, {"plan": "pro"})
    assert account_of(organization.pk).settled == 15 * PICO
    assert AuditEvent.objects.get().actor_name == "alice"
    check_books()


def test_coming_back_grants_nothing_again_and_says_so(
    alice_client: Client, organization: Organization, spend: Spend
) -> None:
    seen.followed(alice_client, CHANGE, {"plan": "pro"})
    spend(40)
    page = seen.text(seen.shown(alice_client, PAGE))
    assert "Overage so far stays owed and is invoiced." in page
    assert "What the plan includes for this period was granted already." in page
    before = account_of(organization.pk).settled
    seen.followed(alice_client, CHANGE, {"plan": "free"})
    seen.followed(alice_client, CHANGE, {"plan": "pro"})
    assert account_of(organization.pk).settled == before == -25 * PICO


def test_sent_twice_it_happens_once(alice_client: Client) -> None:
    seen.followed(alice_client, CHANGE, {"plan": "pro"})
    assert "is on the plan Pro already." in seen.followed(alice_client, CHANGE, {"plan": "pro"})
    assert PlanChange.objects.filter(after__slug="pro").count() == 1


@pytest.mark.parametrize(("now", "to"), [("free", "enterprise"), ("academic", "free")])
def test_what_was_agreed_on_with_the_operator_is_theirs_to_change(
    alice_client: Client, organization: Organization, now: str, to: str
) -> None:
    change_plan(organization.pk, Plan.objects.get(slug=now))
    assert "Talk to your operator" in seen.shown(alice_client, PAGE)
    assert "is agreed with the operator of this server" in seen.followed(alice_client, CHANGE, {"plan": to})
    assert account_of(organization.pk).plan.slug == now


def test_there_is_no_plan_of_any_other_name(alice_client: Client) -> None:
    assert alice_client.post(CHANGE, {"plan": "gold"}).status_code == 404
    assert alice_client.post(CHANGE).status_code == 404


def test_a_member_sees_them_and_whom_to_ask(bob_client: Client) -> None:
    page = seen.shown(bob_client, PAGE)
    assert "Ask alice ." in seen.text(page)
    assert "Change to" not in page
    assert bob_client.post(CHANGE, {"plan": "pro"}).status_code == 403
