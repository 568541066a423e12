"""An account is made on first use, with the credits of the Free plan; grants are exact."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Organization
from billing.accounts import account_of
from billing.grants import grant
from billing.models import Account, AuditEvent, Grant, Plan
from common.money import PICO, pico

pytestmark = pytest.mark.django_db


def granting(*arguments: str) -> str:
    out = StringIO()
    call_command("grant_credits", *arguments, stdout=out)
    return out.getvalue().strip()


def refused(*arguments: str) -> str:
    with pytest.raises(CommandError) as error:
        granting(*arguments)
    return str(error.value)


def test_the_first_use_opens_it_on_the_free_plan_with_its_credits(organization: Organization) -> None:
    account = account_of(organization.pk)
    assert (account.plan.slug, account.settled, account.held) == ("free", 5 * PICO, 0)
    assert account.grants.get().category == Grant.Category.PROMOTIONAL


def test_the_second_use_grants_nothing_more(organization: Organization) -> None:
    account_of(organization.pk)
    assert account_of(organization.pk).settled == 5 * PICO
    assert Grant.objects.count() == 1


def test_the_four_plans_are_there() -> None:
    assert list(Plan.objects.values_list("slug", flat=True)) == ["free", "pro", "academic", "enterprise"]


def test_a_grant_is_exact_to_the_pico_dollar(organization: Organization) -> None:
    granting(organization.name, "0.000000000001")
    assert account_of(organization.pk).settled == 5 * PICO + 1


def test_it_says_what_it_did(organization: Organization) -> None:
    said = granting(organization.name, "25.50", "--expires", "2999-12-31")
    assert said == f"Granted $25.50 to {organization.name}; its balance is $30.50."
    assert str(Grant.objects.get(amount=pico("25.50")).expires_at) == "2999-12-31 23:59:59.999999+00:00"


def test_it_is_written_down(organization: Organization) -> None:
    granting(organization.name, "25", "--note", "Welcome")
    assert AuditEvent.objects.get().sentence == "$25.00 of promotional credits granted Welcome"


def test_an_organization_that_is_not_there_is_named() -> None:
    assert refused("Nobody", "5") == "There is no organization named 'Nobody'."


@pytest.mark.parametrize("amount", ["many", "NaN", "Infinity", ""])
def test_an_amount_that_is_no_amount_is_refused(organization: Organization, amount: str) -> None:
    assert "is not an amount of dollars" in refused(organization.name, "--", amount)


@pytest.mark.parametrize("amount", ["0", "-5"])
def test_an_amount_must_be_more_than_nothing(organization: Organization, amount: str) -> None:
    assert refused(organization.name, "--", amount) == "The amount must be more than 0."


def test_what_is_finer_than_a_pico_dollar_is_refused(organization: Organization) -> None:
    assert "finer than a pico-dollar" in refused(organization.name, "0.0000000000001")


def test_a_balance_that_no_column_holds_is_refused(organization: Organization) -> None:
    assert refused(organization.name, "9000000") == "The balance would be more than $9,000,000.00."


@pytest.mark.parametrize(("date", "why"), [("soon", "is not a date"), ("2001-01-01", "is over already")])
def test_an_end_that_cannot_be_meant_is_refused(organization: Organization, date: str, why: str) -> None:
    assert why in refused(organization.name, "5", "--expires", date)


def test_a_refused_grant_books_nothing(organization: Organization) -> None:
    with pytest.raises(ValueError, match="more than 0"):
        grant(organization, 0)
    assert not Account.objects.exists()


def test_an_amount_beyond_counting_is_refused(organization: Organization) -> None:
    assert "more than can be counted" in refused(organization.name, "1e999999")
