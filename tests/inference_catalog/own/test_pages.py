"""Settings → AI providers: who sees what, and what becomes of what is typed."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.models import Project, Team, User
from inference_catalog.connections import connections_of
from inference_catalog.models import Model, Price, Provider
from tests.conftest import signed_in
from tests.inference_catalog.own.owning import KEY, SECRET, add, add_model, model_typed, typed

URL = "https://models.example.com/v1"
ID = "alice/gpus/llama-3"
CARD = f'data-model="{ID}"'


def text(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_the_address_of_a_refused_form_leads_to_the_form(alice_client: Client) -> None:
    response = alice_client.get("/settings/providers/new")
    assert (response.status_code, response.headers["location"]) == (302, "/settings/providers#new-title")


def test_what_is_typed_is_kept_encrypted_and_never_shown_again(alice_client: Client) -> None:
    provider = add(alice_client, URL)
    assert (provider.api_key, provider.sent_headers) == (KEY, {"X-Tenant": SECRET})
    row = str(Provider.objects.filter(pk=provider.pk).values().get())
    pages = text(alice_client, "/settings/providers") + text(alice_client, f"/settings/providers/{provider.pk}")
    for secret in (KEY, SECRET):
        assert secret not in row
        assert secret not in pages


def test_a_refused_form_gives_back_all_that_was_typed_in_an_answer_that_nobody_keeps(alice_client: Client) -> None:
    answer = alice_client.post("/settings/providers/new", typed("ftp://nowhere"))
    page = answer.content.decode()
    assert answer.status_code == 422
    for value in ("ftp://nowhere", "Our GPUs", KEY):
        assert f'value="{value}"' in page
    assert f"X-Tenant: {SECRET}</textarea>" in page
    assert "no-store" in answer.headers["Cache-Control"]
    again = text(alice_client, "/settings/providers")
    assert KEY not in again
    assert SECRET not in again


def test_a_refused_change_gives_back_what_was_typed_and_not_what_is_kept(alice_client: Client) -> None:
    provider = add(alice_client, URL)
    typed_now = {"name": "", "base_url": URL, "api_key": "sk-new", "headers_text": ""}
    answer = alice_client.post(f"/settings/providers/{provider.pk}/change", typed_now)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="sk-new"' in page
    assert "no-store" in answer.headers["Cache-Control"]
    assert KEY not in page
    assert SECRET not in page


def test_a_member_sees_the_list_and_no_form(alice_client: Client, bob_client: Client) -> None:
    provider = add(alice_client, URL)
    offering = add_model(alice_client, provider)
    for path in ("/settings/providers", f"/settings/providers/{provider.pk}"):
        page = text(bob_client, path)
        assert "Our GPUs" in page
        assert f'action="{path}' not in page
    for path in ("/new", *(f"/{provider.pk}/{verb}" for verb in ("change", "turn", "test", "remove", "models/new"))):
        assert bob_client.post(f"/settings/providers{path}").status_code == 403
    assert bob_client.get(f"/settings/providers/{provider.pk}/models/{offering.pk}").status_code == 403


def test_another_teams_admin_finds_nothing(alice_client: Client, charlie_client: Client) -> None:
    provider = add(alice_client, URL)
    offering = add_model(alice_client, provider)
    own = f"/settings/providers/{provider.pk}"
    assert charlie_client.get(own).status_code == 404
    assert charlie_client.get(f"{own}/models/{offering.pk}").status_code == 404
    for verb in ("change", "turn", "test", "remove", "models/new", f"models/{offering.pk}/remove"):
        assert charlie_client.post(f"{own}/{verb}").status_code == 404
    assert "Our GPUs" not in text(charlie_client, "/settings/providers")
    assert Provider.objects.get().is_enabled


def test_only_the_team_finds_its_models(alice_client: Client, bob_client: Client, charlie_client: Client) -> None:
    add_model(alice_client, add(alice_client, URL))
    for client in (alice_client, bob_client):
        assert ID in text(client, "/inference")
        assert client.get(f"/inference/{ID}").status_code == 200
        assert ID in text(client, "/search")
        assert client.get("/playground", {"models": ID}).status_code == 302
    assert ID not in text(charlie_client, "/inference")
    assert charlie_client.get(f"/inference/{ID}").status_code == 404
    assert ID not in text(charlie_client, "/search")
    assert charlie_client.get("/playground", {"models": ID}).status_code == 404


def test_another_team_of_the_organization_does_not_find_them(alice_client: Client, project: Project) -> None:
    add_model(alice_client, add(alice_client, URL))
    other = Team.objects.create(organization=project.team.organization, slug="research")
    alice_client.post("/switch", {"project": str(Project.objects.create(team=other, slug="lab").pk)})
    assert CARD not in text(alice_client, "/inference")
    assert f"/settings/providers/{Provider.objects.get().pk}" not in text(alice_client, "/settings/providers")
    assert alice_client.get(f"/settings/providers/{Provider.objects.get().pk}").status_code == 404


def picker(client: Client) -> str:
    return text(client, client.get("/playground", {"models": ID}).headers["location"] + "/lanes")


def test_the_picker_of_a_lane_offers_them_under_the_name_of_their_provider(alice_client: Client) -> None:
    add_model(alice_client, add(alice_client, URL))
    page = picker(alice_client)
    assert 'data-submenu="own-gpus"' in page
    [group] = re.findall(r'data-picker-group="own-gpus" role="group" aria-label="Our GPUs">.*?</form>', page, re.DOTALL)
    assert group.count("data-pick=") == page.count("data-pick=") == 1
    assert f'data-pick="{ID}"' in group


def test_only_where_there_is_no_model_at_all_the_picker_says_that_none_can_be_called(alice_client: Client) -> None:
    add_model(alice_client, add(alice_client, URL))
    address = alice_client.get("/playground", {"models": ID}).headers["location"] + "/lanes"
    assert "No serverless models are available." in text(alice_client, address)
    Model.objects.update(status=Model.Status.RETIRED)
    page = text(alice_client, address)
    assert "No model can be called yet. Connect a provider first." in page
    assert "No serverless models" not in page


def test_the_picker_leads_admins_alone_to_a_new_provider(alice_client: Client, bob_client: Client) -> None:
    add_model(alice_client, add(alice_client, URL))
    assert 'href="/settings/providers#new-title"' in picker(alice_client)
    assert "Add AI provider" not in picker(bob_client)


def test_one_that_is_off_is_not_found_until_it_is_on(alice_client: Client) -> None:
    provider = add(alice_client, URL)
    add_model(alice_client, provider)
    alice_client.post(f"/settings/providers/{provider.pk}/turn", {"on": "false"})
    assert CARD not in text(alice_client, "/inference")
    alice_client.post(f"/settings/providers/{provider.pk}/turn", {"on": "true"})
    assert CARD in text(alice_client, "/inference")


def test_one_that_is_removed_keeps_no_secret_and_can_be_connected_again(alice_client: Client) -> None:
    provider = add(alice_client, URL)
    add_model(alice_client, provider)
    alice_client.post(f"/settings/providers/{provider.pk}/remove")
    provider.refresh_from_db()
    assert (provider.encrypted_api_key, provider.encrypted_headers) == ("", "")
    assert CARD not in text(alice_client, "/inference")
    again = add(alice_client, URL)
    add_model(alice_client, again)
    assert [row.provider_id for row in connections_of(Model.objects.get(model_id=ID))] == [again.pk]


def test_prices_are_exact_and_a_new_one_is_a_new_row(alice_client: Client) -> None:
    provider = add(alice_client, URL)
    offering = add_model(alice_client, provider, input="0.000001", output="12.5", cached_input="0")
    path = f"/settings/providers/{provider.pk}/models/{offering.pk}"
    assert 'value="0.000001"' in text(alice_client, path)
    alice_client.post(path, model_typed(input="0.000001", output="12.5", cached_input="0", name="Llama"))
    alice_client.post(path, model_typed(input="3", output="0"))
    rows = Price.objects.filter(model__model_id=ID).order_by("effective_at")
    assert [(row.input, row.output, row.cached_input) for row in rows] == [(1, 12_500_000, 0), (3_000_000, 0, None)]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("input", "-1"), ("input", "0.0000001"), ("output", "NaN"), ("output", "1e30"), ("context_window", "0"),
        ("context_window", "many"), ("max_output", "9000"), ("upstream_id", "two words"), ("upstream_id", "a\"b"),
        ("upstream_id", "x" * 190), ("upstream_id", "../models"), ("features", "telepathy"),
    ],
)  # fmt: skip
def test_a_model_that_cannot_be_is_refused_beside_its_field(alice_client: Client, field: str, value: str) -> None:
    provider = add(alice_client, URL)
    answer = alice_client.post(f"/settings/providers/{provider.pk}/models/new", model_typed(**{field: value}))
    assert answer.status_code == 422
    assert field in answer.context["model_form"].errors
    assert not Model.objects.exists()


@pytest.mark.parametrize(
    "line",
    [
        "Host: elsewhere", "Content-Length: 3", "authorization: Bearer two", "Transfer-Encoding: chunked", "no colon",
        "X Y: z", "X-Y:", "Proxy-Authorization: x", "Connection: close", "X-Forwarded-For: 127.0.0.1", "X-A: é",
        "X-A: one\nx-a: two",
    ],
)  # fmt: skip
def test_headers_that_would_change_the_request_are_refused(alice_client: Client, line: str) -> None:
    answer = alice_client.post("/settings/providers/new", typed(URL, headers_text=line))
    assert answer.status_code == 422
    assert "headers_text" in answer.context["form"].errors


@pytest.mark.parametrize("key", ["two words", "with\nline", "schlüssel"])
def test_a_key_that_fits_into_no_header_is_refused(alice_client: Client, key: str) -> None:
    answer = alice_client.post("/settings/providers/new", typed(URL, api_key=key))
    assert "api_key" in answer.context["form"].errors


def test_left_empty_the_secrets_stay_as_they_are(alice_client: Client) -> None:
    provider = add(alice_client, URL)
    changed = {"name": "Our new GPUs", "base_url": f"{URL}/", "api_key": "", "headers_text": ""}
    alice_client.post(f"/settings/providers/{provider.pk}/change", changed)
    provider.refresh_from_db()
    assert (provider.name, provider.api_key, provider.sent_headers) == ("Our new GPUs", KEY, {"X-Tenant": SECRET})


@pytest.mark.parametrize("url", ["https://evil.example.com/v1", "http://models.example.com/v1", f"{URL[:-3]}:444/v1"])
def test_another_server_is_not_given_a_secret_that_is_not_typed_again(alice_client: Client, url: str) -> None:
    provider = add(alice_client, URL)
    answer = alice_client.post(f"/settings/providers/{provider.pk}/change", {"name": "Our GPUs", "base_url": url})
    assert answer.status_code == 422
    assert {"api_key", "headers_text"} <= set(answer.context["form"].errors)
    provider.refresh_from_db()
    assert provider.base_url == URL


def test_a_changed_secret_key_is_said_and_the_key_can_be_typed_again(
    alice: User, alice_client: Client, settings: Settings
) -> None:
    provider = add(alice_client, URL)
    add_model(alice_client, provider)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "the next one", []
    model = Model.objects.get(model_id=ID)
    assert connections_of(model) == []
    admin = signed_in(alice)
    assert "SECRET_KEY was changed" in text(admin, f"/settings/providers/{provider.pk}")
    again = {"name": "Our GPUs", "base_url": URL, "api_key": "new", "headers_text": "X-A: b"}
    admin.post(f"/settings/providers/{provider.pk}/change", again)
    assert connections_of(model)[0].api_key == "new"


def test_a_short_name_is_taken_once_in_a_team(alice_client: Client, charlie_client: Client) -> None:
    add(alice_client, URL)
    assert alice_client.post("/settings/providers/new", typed(URL)).status_code == 422
    assert alice_client.post("/settings/providers/new", typed(URL, slug="playground")).status_code == 422
    add(charlie_client, URL)


def test_staff_do_not_find_them(alice_client: Client, charlie: object, charlie_client: Client) -> None:
    provider = add(alice_client, URL)
    type(charlie).objects.update(is_staff=True, is_superuser=True)  # type: ignore[attr-defined]
    assert charlie_client.get(f"/staff/inference_catalog/provider/{provider.pk}/change/").status_code == 302
    for page in ("provider", "offering"):
        assert "Our GPUs" not in text(charlie_client, f"/staff/inference_catalog/{page}/")


def test_a_new_name_is_on_its_models_too(alice_client: Client) -> None:
    provider = add(alice_client, URL)
    add_model(alice_client, provider)
    alice_client.post(f"/settings/providers/{provider.pk}/change", {"name": "Basement", "base_url": URL})
    model = Model.objects.get(model_id=ID)
    assert (model.maker, model.summary.partition(",")[0]) == ("Basement", "Served by Basement")
