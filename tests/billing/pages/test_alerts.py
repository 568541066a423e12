"""Alerts are mailed to an organization's admins once for each threshold and period, whoever looks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

import pytest
from django.core import mail
from django.test import Client

from accounts.models import Membership, Organization, User
from billing import alerts
from billing.accounts import account_of
from billing.models import Account, Alert, AlertRule, AuditEvent, Plan
from billing.plan_changes import change_plan
from common import clock
from common.money import pico
from tests.billing.pages import seen
from tests.billing.pages.conftest import Spend

pytestmark = pytest.mark.django_db
PAGE, NEW = "/billing/limits", "/billing/alerts/new"


def mailed() -> list[str]:
    """The sentences of each mail."""
    told = [[line for line in str(each.body).splitlines() if line.startswith("- ")] for each in mail.outbox]
    return [" ".join(lines) for lines in told]


@pytest.fixture
def pro(organization: Organization) -> Account:
    account_of(organization.pk)
    change_plan(organization.pk, Plan.objects.get(slug="pro"))
    return account_of(organization.pk)


def test_below_every_threshold_nobody_is_told(organization: Organization, spend: Spend) -> None:
    spend(4)
    alerts.check()
    assert not mail.outbox


def test_credits_that_are_used_up_are_told_once_in_one_mail(organization: Organization, spend: Spend) -> None:
    spend(5)
    for _ in range(3):
        alerts.check()
    (sentences,) = mailed()
    assert sentences == (
        "- 85 % of this month’s credit is used: $5.00 of $5.00. - This month’s credit is used up: $5.00 of $5.00."
    )
    assert mail.outbox[0].to == ["alice@example.com"]
    assert "http://127.0.0.1:8000/billing" in str(mail.outbox[0].body)
    ((html, kind),) = cast("mail.EmailMultiAlternatives", mail.outbox[0]).alternatives
    assert kind == "text/html"
    assert '<a href="http://127.0.0.1:8000/billing">' in str(html)


def test_more_usage_later_tells_the_next_threshold_alone(pro: Account, spend: Spend) -> None:
    spend(250)
    alerts.check()
    spend(250)
    alerts.check()
    first, second = mailed()
    assert "overage has reached $200.00" in first
    assert "- This month’s overage has reached $450.00" in second
    assert "$200.00" not in second


def test_another_month_tells_it_again(pro: Account, spend: Spend, monkeypatch: pytest.MonkeyPatch) -> None:
    spend(250)
    alerts.check()
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda told=None: now + timedelta(days=40))
    spend(300)
    alerts.check()
    assert sum("overage has reached $200.00" in sentences for sentences in mailed()) == 2


def test_accounts_that_used_nothing_are_not_looked_at(pro: Account, spend: Spend, monkeypatch: Any) -> None:
    spend(1)
    alerts.check()
    looked: list[object] = []
    monkeypatch.setattr(alerts, "look", looked.append)
    alerts.check()
    assert looked == []
    spend(1)
    alerts.check()
    assert looked == [pro.pk]


def test_a_limit_is_told_as_soon_as_it_is_set(alice_client: Client, organization: Organization, spend: Spend) -> None:
    spend(1)
    alerts.check()
    form = {"subject": f"organization:{organization.pk}", "period": "day", "amount": "1.10"}
    seen.followed(alice_client, "/billing/limits/new", form)
    alerts.check()
    assert mailed() == ["- 85 % of the organization’s spending limit a day is used: $1.00 of $1.10."]


def test_every_admin_with_an_address_is_told_and_nobody_else(
    organization: Organization, bob: User, charlie: User, spend: Spend
) -> None:
    Membership.objects.create(organization=organization, user=charlie, role=Membership.Role.ADMIN)
    User.objects.filter(pk=charlie.pk).update(email="")
    spend(5)
    alerts.check()
    assert [each.to for each in mail.outbox] == [["alice@example.com"]]


def test_what_could_not_be_sent_is_tried_again(spend: Spend, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: object) -> None:
        raise ConnectionRefusedError

    spend(5)
    with monkeypatch.context() as patched:
        patched.setattr(alerts, "_send", broken)
        alerts.check()
    assert not mail.outbox
    alerts.check()
    assert len(mail.outbox) == 1


def test_what_another_process_claimed_is_not_sent_again(spend: Spend, organization: Organization) -> None:
    spend(5)
    alerts.look(organization.pk)
    Alert.objects.update(mailed_at=clock.now())
    alerts.mail(organization.pk)
    assert not mail.outbox


def test_what_nobody_could_mail_for_a_day_is_not_mailed_with_what_is_new(
    organization: Organization, spend: Spend
) -> None:
    spend(5)
    alerts.look(organization.pk)
    Alert.objects.filter(threshold=85).update(at=clock.now() - timedelta(hours=25))
    alerts.check()
    assert mailed() == ["- This month’s credit is used up: $5.00 of $5.00."]


# Which ones there are --------------------------------------------------------------------


def test_one_that_is_switched_off_tells_nothing(alice_client: Client, spend: Spend) -> None:
    for percent in ("85", "100"):
        form = {"kind": "credits", "threshold": percent, "on": "false"}
        seen.followed(alice_client, "/billing/alerts/switch", form)
    spend(5)
    alerts.check()
    assert not mail.outbox


def test_one_of_ones_own_tells_what_was_reached_before(alice_client: Client, spend: Spend) -> None:
    spend(3)
    alerts.check()
    page = seen.followed(alice_client, NEW, {"kind": "credits", "threshold": "50 %"})
    assert "Admins are told of 50 % of the month’s credits." in page
    alerts.check()
    assert mailed() == ["- 50 % of this month’s credit is used: $3.00 of $5.00."]
    seen.followed(alice_client, "/billing/alerts/remove", {"kind": "credits", "threshold": "50"})
    assert not AlertRule.objects.exists()


def test_removed_twice_it_is_gone_once(alice_client: Client, charlie_client: Client) -> None:
    seen.followed(alice_client, NEW, {"kind": "credits", "threshold": "50"})
    remove = {"kind": "credits", "threshold": "50"}
    assert "Nobody is told of 50 % of" in seen.followed(alice_client, "/billing/alerts/remove", remove)
    again = alice_client.post("/billing/alerts/remove", remove)
    assert again.status_code == 404
    assert "There is no such alert any more." in again.content.decode()
    assert 'action="/billing/alerts/new"' in again.content.decode(), "the page that it was on"
    assert AuditEvent.objects.filter(action="alert.removed").count() == 1
    gone = charlie_client.post("/billing/alerts/remove", {"kind": "credits", "threshold": "50"})
    assert gone.status_code == 404, "there was none of that organization"


def test_a_small_amount_of_overage_is_not_said_to_be_nothing(alice_client: Client) -> None:
    page = seen.followed(alice_client, NEW, {"kind": "overage", "threshold": "0.001"})
    assert "Admins are told of $0.001 of overage in a month." in page


def test_everybodys_is_not_removed(alice_client: Client) -> None:
    page = seen.followed(alice_client, "/billing/alerts/remove", {"kind": "credits", "threshold": "85"})
    assert "switch it off instead" in page
    assert alice_client.post("/billing/alerts/remove", {"kind": "credits", "threshold": "7"}).status_code == 404


@pytest.mark.parametrize(
    ("kind", "threshold", "why"),
    [
        ("credits", "0", "This is a whole number from 1 to 100."),
        ("credits", "101", "This is a whole number from 1 to 100."),
        ("limit", "8.5", "This is a whole number from 1 to 100."),
        ("overage", "0", "This must be more than 0."),
        ("overage", "-3", "This must be more than 0."),
        ("overage", "5 GBP", "Amounts are in US dollars, and in nothing else."),
        ("weather", "5", "Select a valid choice."),
    ],
)
def test_a_threshold_that_cannot_be_meant_is_refused(alice_client: Client, kind: str, threshold: str, why: str) -> None:
    answer = alice_client.post(NEW, {"kind": kind, "threshold": threshold})
    assert answer.status_code == 422
    assert why in answer.content.decode()
    assert not AlertRule.objects.exists()


def test_there_is_a_most_of_them(alice_client: Client) -> None:
    for percent in range(1, 23):
        seen.followed(alice_client, NEW, {"kind": "credits", "threshold": str(percent)})
    answer = alice_client.post(NEW, {"kind": "overage", "threshold": "7"})
    assert "remove one first" in answer.content.decode()
    assert not AlertRule.objects.filter(threshold=pico("7")).exists()


def test_a_cap_that_is_lowered_below_what_was_spent_is_told_though_nothing_moves(pro: Account, spend: Spend) -> None:
    spend(100)
    alerts.check()
    mail.outbox.clear()
    Account.objects.filter(pk=pro.pk).update(spending_cap=pico("50"))
    Account.objects.filter(pk=pro.pk).look_again()
    alerts.check()
    assert any("cap" in sentences for sentences in mailed())


def test_one_organization_that_fails_keeps_no_other_from_being_told(
    organization: Organization, charlie: User, spend: Spend, monkeypatch: pytest.MonkeyPatch
) -> None:
    spend(5)
    other = account_of(Organization.objects.get(name="charlie").pk)
    look = alerts.look

    def fails_for_the_other(organization_id: Any) -> None:
        if organization_id == other.pk:
            raise ZeroDivisionError
        look(organization_id)

    monkeypatch.setattr(alerts, "look", fails_for_the_other)
    alerts.check()
    assert len(mailed()) == 1
