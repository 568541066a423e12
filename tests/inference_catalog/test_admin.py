from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from inference_catalog.catalog_file import Catalog
from inference_catalog.models import Model, Offering, Price, Provider
from inference_catalog.syncing import sync
from tests.inference_catalog.conftest import Upstream
from tests.model_ids import PHI

SECRET = "sk-a-secret-nobody-may-see"
PROVIDER = {"name": "Own", "slug": "own", "kind": "openai", "headers": "{}", "priority": "5", "is_enabled": "on"}


@pytest.fixture
def staff(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    return client


def refusal(response: Any) -> str:
    assert response.status_code == 200
    return str(response.context["errors"])


def made(staff: Client, upstream: Upstream, **changes: str) -> Provider:
    data = PROVIDER | {"base_url": upstream.base_url, "api_key": SECRET} | changes
    assert staff.post(reverse("admin:inference_catalog_provider_add"), data).status_code == 302
    return Provider.objects.get(slug="own")


def change(provider: Provider) -> str:
    return reverse("admin:inference_catalog_provider_change", args=[provider.pk])


def test_only_staff_may_enter(alice_client: Client) -> None:
    assert alice_client.get(reverse("admin:inference_catalog_provider_changelist")).status_code == 302


def test_a_key_is_kept_encrypted_and_never_shown_again(staff: Client, upstream: Upstream) -> None:
    provider = made(staff, upstream)
    assert provider.api_key == SECRET
    html = staff.get(change(provider)).content.decode()
    assert SECRET not in html
    assert provider.encrypted_api_key not in html


def test_a_key_left_empty_stays_and_one_can_be_forgotten(staff: Client, upstream: Upstream) -> None:
    provider = made(staff, upstream)
    data = PROVIDER | {"base_url": upstream.base_url}
    staff.post(change(provider), data)
    provider.refresh_from_db()
    assert provider.api_key == SECRET
    staff.post(change(provider), data | {"remove_api_key": "on"})
    provider.refresh_from_db()
    assert provider.api_key == ""


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("base_url", "http://169.254.169.254/v1", "is not an address that a provider may have"),
        ("headers", '{"Authorization": "Bearer x"}', "it would be readable here"),
        ("headers", '["a"]', "Headers are a JSON object of texts"),
    ],
)
def test_it_refuses_a_provider_that_cannot_be_meant(
    staff: Client, upstream: Upstream, field: str, value: str, sentence: str
) -> None:
    data = PROVIDER | {"base_url": upstream.base_url, field: value}
    assert sentence in refusal(staff.post(reverse("admin:inference_catalog_provider_add"), data))


def test_what_the_settings_say_of_a_provider_is_not_changed_here(staff: Client, served: Catalog) -> None:
    provider = Provider.objects.get(slug="upstream")
    data = PROVIDER | {"name": "Our vLLM", "base_url": "http://127.0.0.1:9/v1", "api_key": SECRET}
    assert staff.post(change(provider), data).status_code == 302
    after = Provider.objects.get(slug="upstream")
    assert (after.name, after.priority) == ("Our vLLM", 5)
    assert (after.base_url, after.api_key) == (provider.base_url, "")


def test_a_provider_is_asked_what_it_lists(staff: Client, catalog: Catalog, upstream: Upstream) -> None:
    provider = made(staff, upstream)
    upstream.ids = [PHI]
    listed = reverse("admin:inference_catalog_provider_changelist")
    staff.post(listed, {"action": "ask", "_selected_action": [str(provider.pk)]})
    assert Offering.objects.get().upstream_id == PHI


def test_a_price_is_added_in_dollars_and_then_only_read(staff: Client, catalog: Catalog) -> None:
    model = Model.objects.get(model_id=PHI)
    now = timezone.now()
    data = {"model": str(model.pk), "input": "0.075", "output": "0.3", "cached_input": ""}
    data |= {"effective_at_0": f"{now:%Y-%m-%d}", "effective_at_1": f"{now:%H:%M:%S}"}
    assert staff.post(reverse("admin:inference_catalog_price_add"), data).status_code == 302
    price = model.price
    assert price is not None
    assert (price.input, price.output, price.cached_input) == (75_000, 300_000, None)
    page = reverse("admin:inference_catalog_price_change", args=[price.pk])
    assert staff.post(page, data).status_code == 403


def test_a_price_cannot_change_what_the_past_has_cost(staff: Client, catalog: Catalog) -> None:
    model = Model.objects.get(model_id=PHI)
    data = {"model": str(model.pk), "input": "1", "output": "1"}
    data |= {"effective_at_0": "2020-01-01", "effective_at_1": "00:00:00"}
    response = staff.post(reverse("admin:inference_catalog_price_add"), data)
    assert "cannot change what the past has cost" in refusal(response)


@pytest.mark.parametrize("model_id", ["two words", "a//b", "quote'", "naïve", "own/"])
def test_a_model_has_an_id_that_can_stand_in_an_address_and_in_code(staff: Client, model_id: str) -> None:
    data = {"model_id": model_id, "name": "Own", "status": "available", "modalities": "[]", "features": "[]"}
    response = staff.post(reverse("admin:inference_catalog_model_add"), data)
    assert "An ID is made of ASCII letters" in refusal(response)
    assert not Model.objects.exists()


def test_nothing_of_the_catalog_is_deleted(staff: Client, served: Catalog) -> None:
    rows: list[Model | Provider | Offering | Price] = [
        Model.objects.all()[0], Provider.objects.all()[0], Offering.objects.all()[0], Price.objects.all()[0]
    ]  # fmt: skip
    for row in rows:
        page = reverse(f"admin:inference_catalog_{row._meta.model_name}_delete", args=[row.pk])
        assert staff.post(page, {"post": "yes"}).status_code == 403


def test_what_the_catalog_file_says_is_only_read(staff: Client, catalog: Catalog) -> None:
    model = Model.objects.get(model_id=PHI)
    page = reverse("admin:inference_catalog_model_change", args=[model.pk])
    assert 'name="name"' not in staff.get(page).content.decode()


def test_an_offering_of_staff_survives_the_next_sync(staff: Client, served: Catalog, upstream: Upstream) -> None:
    offering = Offering.objects.get(model__model_id=PHI)
    data = {"upstream_id": "deployment-7", "priority": "1", "withdrawn_at_0": "", "withdrawn_at_1": ""}
    page = reverse("admin:inference_catalog_offering_change", args=[offering.pk])
    assert staff.post(page, data).status_code == 302
    upstream.ids.remove(PHI)
    sync(served)
    offering.refresh_from_db()
    assert (offering.upstream_id, offering.withdrawn_at) == ("deployment-7", None)


def test_an_offering_can_be_withdrawn_and_brought_back(staff: Client, served: Catalog) -> None:
    offering = Offering.objects.get(model__model_id=PHI)
    listed = reverse("admin:inference_catalog_offering_changelist")
    chosen = {"_selected_action": [str(offering.pk)]}
    staff.post(listed, chosen | {"action": "withdraw"})
    sync(served)
    assert not Offering.objects.open().filter(pk=offering.pk).exists()
    staff.post(listed, chosen | {"action": "bring_back"})
    assert Offering.objects.open().filter(pk=offering.pk).exists()


def test_every_page_of_the_catalog_opens(staff: Client, served: Catalog) -> None:
    for name in ("provider", "model", "offering", "price"):
        assert staff.get(reverse(f"admin:inference_catalog_{name}_changelist")).status_code == 200
        assert staff.get(reverse(f"admin:inference_catalog_{name}_add")).status_code == 200
    model = Model.objects.get(model_id=PHI)
    assert staff.get(reverse("admin:inference_catalog_model_change", args=[model.pk])).status_code == 200
