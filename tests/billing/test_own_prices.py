"""A plan with a price list of its own is what requests of its organizations are charged by, and what they see."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from openai import OpenAI

from accounts.caller import Caller
from accounts.models import Organization, Project, User
from billing import terms
from billing.accounts import account_of
from billing.models import ListPrice, Plan, PriceList
from billing.plan_changes import change_plan
from billing.prices import UnitPrices
from inference_catalog.models import Model, Offering, Price, Provider
from tests.conftest import Serve
from tests.model_ids import LLAMA

pytestmark = pytest.mark.django_db


@pytest.fixture
def model() -> Model:
    made = Model.objects.create(model_id="maker/one", name="One")
    Price.objects.create(model=made, input=1_000_000, output=2_000_000)
    provider = Provider.objects.create(slug="somebody", name="Somebody", base_url="http://127.0.0.1:9/v1")
    Offering.objects.create(model=made, provider=provider, upstream_id="one")
    return made


@pytest.fixture
def contract(organization: Organization, model: Model) -> PriceList:
    prices = PriceList.objects.create(name="Contract")
    now = timezone.now()
    for days, dollars in ((-9, 9), (-1, 3), (9, 5)):
        ListPrice.objects.create(
            price_list=prices,
            model="maker/one",
            input=dollars * 100_000,
            output=dollars * 200_000,
            effective_at=now + timedelta(days=days),
        )
    Plan.objects.filter(slug="enterprise").update(price_list=prices)
    account_of(organization.pk)
    change_plan(organization.pk, Plan.objects.get(slug="enterprise"))
    terms.forget()
    return prices


def test_admission_charges_what_the_contract_says_now(alice: User, project: Project, contract: PriceList) -> None:
    found = terms.read(Caller.of(alice, project, door="api"))
    assert found.prices == {"maker/one": UnitPrices(input=300_000, cached_input=300_000, output=600_000)}


def test_other_organizations_pay_what_the_catalog_says(
    charlie: User, contract: PriceList, charlie_client: Client
) -> None:
    project = Project.objects.select_related("team").get(team__slug="charlie")
    assert terms.read(Caller.of(charlie, project, door="api")).prices == {}
    assert "$1.00 / $2.00" in charlie_client.get("/inference").content.decode()


def test_the_inference_tab_shows_it(alice_client: Client, contract: PriceList) -> None:
    page = alice_client.get("/inference").content.decode()
    assert "$0.30 / $0.60" in page
    assert "Your price per 1M" in page
    assert "$1.00 / $2.00" not in page


def test_the_models_page_shows_its_history(alice_client: Client, contract: PriceList) -> None:
    page = alice_client.get("/inference/maker/one").content.decode()
    own = page[page.index("Your organization’s prices") : page.index("The catalog’s prices")]
    assert own.count("<tr>") == 4
    assert own.index("Scheduled") < own.index("In force") < own.index("Past")


CONTRACT = """
from billing.models import ListPrice, Plan, PriceList
prices = PriceList.objects.create(name="Contract")
ListPrice.objects.create(price_list=prices, model={model!r}, input=7, cached_input=3, output=11)
Plan.objects.filter(slug="enterprise").update(price_list=prices)
"""


def test_a_call_is_charged_what_the_contract_says(serve: Serve) -> None:
    lineup = serve()
    lineup.manage("shell", "-c", CONTRACT.format(model=LLAMA))
    lineup.manage("set_plan", "Local", "enterprise")
    client = OpenAI(api_key=lineup.key(), base_url=f"{lineup.url}/v1", max_retries=0)
    client.chat.completions.create(model=LLAMA, messages=[{"role": "user", "content": "Hello"}], max_tokens=20)
    columns = "prompt_tokens - cached_tokens, cached_tokens, completion_tokens, input_price, output_price, cost"
    deadline = time.monotonic() + 20
    while not (rows := lineup.store.query(f"SELECT {columns} FROM billing_usagerecord")):
        assert time.monotonic() < deadline
    ((fresh, cached, output, input_price, output_price, cost),) = rows
    assert (input_price, output_price) == (7, 11)
    assert cost == 7 * fresh + 3 * cached + 11 * output > 0
