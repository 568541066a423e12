"""Staff edit plans, prices, accounts and credits in dollars; what they change is written down."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Organization, User
from billing.accounts import account_of
from billing.models import AuditEvent, Grant, ListPrice, Plan, PlanChange, PriceList
from common.money import PICO, pico
from inference_catalog.models import Model
from tests.billing.wishes import check_books
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
STAFF = "/staff/billing"


@pytest.fixture
def staff(alice: User) -> Client:
    User.objects.filter(pk=alice.pk).update(is_staff=True, is_superuser=True)
    return signed_in(User.objects.get(pk=alice.pk))


def saved(client: Client, path: str, form: dict[str, str]) -> None:
    answer = client.post(f"{STAFF}/{path}", form)
    assert answer.status_code == 302, answer.context["errors"]


def refused(client: Client, path: str, form: dict[str, str]) -> str:
    answer = client.post(f"{STAFF}/{path}", form)
    assert answer.status_code == 200
    return " ".join(str(error) for error in answer.context["errors"])


def sentences() -> list[str]:
    return list(AuditEvent.objects.order_by("at").values_list("sentence", flat=True))


def unwritable(*_arguments: object) -> None:
    raise OSError("the disk is full")


PLAN = {
    "name": "Free",
    "slug": "free",
    "rank": "1",
    "included_credits": "5",
    "included_every": "once",
    "cap_period": "month",
}


def test_a_plan_is_edited_in_dollars_and_its_organizations_read_of_it(
    staff: Client, organization: Organization
) -> None:
    account_of(organization.pk)
    free = Plan.objects.get(slug="free")
    assert 'value="5"' in staff.get(f"{STAFF}/plan/{free.pk}/change/").content.decode()
    saved(staff, f"plan/{free.pk}/change/", PLAN | {"included_credits": "7.25", "spending_cap": "$1,000"})
    free.refresh_from_db()
    assert (free.included_credits, free.spending_cap, free.included_every) == (pico("7.25"), 1000 * PICO, "once")
    assert sentences() == ["The plan Free was changed: Included credits, USD, Spending cap, USD, Is self service"]


def test_a_new_plan_is_made(staff: Client) -> None:
    saved(staff, "plan/add/", PLAN | {"name": "Lab", "slug": "lab", "included_every": "month"})
    assert Plan.objects.get(slug="lab").included_credits == 5 * PICO


@pytest.mark.parametrize(("amount", "why"), [("-1", "not be negative"), ("lots", "not an amount"), ("5 EUR", "US do")])
def test_nonsense_is_refused(staff: Client, amount: str, why: str) -> None:
    free = Plan.objects.get(slug="free")
    assert why in refused(staff, f"plan/{free.pk}/change/", PLAN | {"included_credits": amount})


def test_an_accounts_plan_goes_through_the_books(staff: Client, organization: Organization) -> None:
    account_of(organization.pk)
    academic = Plan.objects.get(slug="academic")
    saved(staff, f"account/{organization.pk}/change/", {"plan": str(academic.pk), "spending_cap": "12.5"})
    account = account_of(organization.pk)
    assert (account.plan, account.cap) == (academic, pico("12.5"))
    assert account.grants.filter(plan=academic).exists()
    came = PlanChange.objects.get(after=academic).proration
    assert sentences() == ["Spending cap: $12.50", f"Plan changed from Free to Academic, with credits for {came}"]
    check_books()


def test_a_page_that_stood_open_takes_nothing_back(staff: Client, organization: Organization) -> None:
    account = account_of(organization.pk)
    academic = Plan.objects.get(slug="academic")
    form = {"initial-plan": str(account.plan_id), "plan": str(account.plan_id), "initial-spending_cap": ""}
    saved(staff, f"account/{organization.pk}/change/", {"plan": str(academic.pk), "spending_cap": "12.5"})
    saved(staff, f"account/{organization.pk}/change/", form | {"spending_cap": "30"})
    account = account_of(organization.pk)
    assert (account.plan, account.cap) == (academic, pico("30"))


def grant_form(organization: Organization, **changes: str) -> dict[str, str]:
    now = timezone.now()
    form = {
        "account": str(organization.pk),
        "amount": "25.50",
        "category": "promotional",
        "priority": "50",
        "note": "Welcome",
        "grant_id": str(uuid.uuid4()),
        "effective_at_0": f"{now:%Y-%m-%d}",
        "effective_at_1": f"{now:%H:%M:%S}",
    }
    return form | changes


def test_credits_are_granted_and_taken_back(staff: Client, organization: Organization) -> None:
    account_of(organization.pk)
    saved(staff, "grant/add/", grant_form(organization))
    made = Grant.objects.get(note="Welcome")
    assert made.remaining == pico("25.50")
    staff.post(f"{STAFF}/grant/", {"action": "void", "_selected_action": [str(made.pk)]})
    made.refresh_from_db()
    assert made.remaining == 0
    assert sentences() == [
        "$25.50 of promotional credits granted Welcome",
        "$25.50 of credits taken back Welcome",
    ]
    check_books()


def test_a_form_that_is_sent_twice_gives_once(staff: Client, organization: Organization) -> None:
    account_of(organization.pk)
    form = grant_form(organization)
    for _ in range(2):
        saved(staff, "grant/add/", form)
    assert Grant.objects.filter(note="Welcome").count() == 1
    assert sentences() == ["$25.50 of promotional credits granted Welcome"]


def test_taking_back_what_is_used_up_leaves_no_note(staff: Client, organization: Organization) -> None:
    given = account_of(organization.pk).grants.get()
    for _ in range(2):
        staff.post(f"{STAFF}/grant/", {"action": "void", "_selected_action": [str(given.pk)]})
    (sentence,) = sentences()
    assert "of credits taken back" in sentence
    assert AuditEvent.objects.get().actor_name == "alice"


def test_credits_are_not_taken_back_where_that_cannot_be_written_down(
    staff: Client, organization: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = account_of(organization.pk).grants.get()
    monkeypatch.setattr("billing.audit.note", unwritable)
    with pytest.raises(OSError, match="full"):
        staff.post(f"{STAFF}/grant/", {"action": "void", "_selected_action": [str(given.pk)]})
    left = given.remaining
    given.refresh_from_db()
    assert given.remaining == left > 0


def test_credits_that_cannot_be_meant_are_not_granted(staff: Client, organization: Organization) -> None:
    account_of(organization.pk)
    day = f"{timezone.now() - timedelta(days=2):%Y-%m-%d}"
    for changes, why in (
        ({"amount": "0"}, "more than 0"),
        ({"amount": "9000000"}, "The balance would be more than"),
        ({"expires_at_0": day, "expires_at_1": "00:00"}, "over before they begin"),
        ({"model": "no/model"}, "There is no model"),
    ):
        assert why in refused(staff, "grant/add/", grant_form(organization, **changes))
    assert Grant.objects.count() == 1


def test_a_grant_is_not_edited_and_nothing_is_deleted(staff: Client, organization: Organization) -> None:
    given = account_of(organization.pk).grants.get()
    assert staff.post(f"{STAFF}/grant/{given.pk}/change/", {"amount": "9"}).status_code == 403
    for path in (f"grant/{given.pk}", f"plan/{given.plan_id}", f"account/{organization.pk}"):
        assert staff.post(f"{STAFF}/{path}/delete/", {"post": "yes"}).status_code == 403


def price_form(**changes: str) -> dict[str, str]:
    now = timezone.now()
    form = {
        "name": "Contract",
        "prices-TOTAL_FORMS": "1",
        "prices-INITIAL_FORMS": "0",
        "prices-0-model": "maker/one",
        "prices-0-input": "0.30",
        "prices-0-output": "0.6",
        "prices-0-effective_at_0": f"{now:%Y-%m-%d}",
        "prices-0-effective_at_1": f"{now:%H:%M:%S}",
    }
    return form | changes


def test_a_price_list_is_written_once_in_dollars(staff: Client) -> None:
    Model.objects.create(model_id="maker/one", name="One")
    saved(staff, "pricelist/add/", price_form())
    price = ListPrice.objects.get()
    assert (price.input, price.output, price.cached_input) == (300_000, 600_000, None)
    changed = {"prices-INITIAL_FORMS": "1", "prices-0-id": str(price.pk), "prices-0-input": "9"}
    staff.post(f"{STAFF}/pricelist/{PriceList.objects.get().pk}/change/", price_form(**changed))
    assert ListPrice.objects.get().input == 300_000


def test_prices_of_the_past_and_of_unknown_models_are_refused(staff: Client) -> None:
    assert "There is no model" in refused(staff, "pricelist/add/", price_form())
    Model.objects.create(model_id="maker/one", name="One")
    past = price_form(**{"prices-0-effective_at_0": "2020-01-01"})
    assert "cannot change what the past has cost" in refused(staff, "pricelist/add/", past)
    assert not ListPrice.objects.exists()
