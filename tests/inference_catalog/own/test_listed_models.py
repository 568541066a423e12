"""Models that a provider lists are shown after a test, and those that are ticked are described and added at once."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from inference_catalog.models import Model, Price, Provider
from inference_catalog.own_forms import MOST_AT_ONCE
from tests.inference_catalog.own.owning import add, add_model
from tests.inference_catalog.own.test_pages import URL
from tests.inference_catalog.own.upstreams import listening, lists, says

pytestmark = pytest.mark.usefixtures("private_allowed")


@pytest.fixture
def provider(alice_client: Client) -> Provider:
    return add(alice_client, URL)


def at(provider: Provider) -> str:
    return f"/settings/providers/{provider.pk}/models/add"


def described(*names: str, **fields: str) -> dict[str, Any]:
    values = {"wanted": "on", "context_window": "8000", "input": "0.5", "output": "2"} | fields
    each = {f"{place}-{name}": value for place in range(len(names)) for name, value in values.items()}
    return {"id": list(names)} | each


def test_a_test_shows_what_is_listed_and_marks_what_is_added(alice_client: Client) -> None:
    with listening(lists("llama-3", "qwen", "with space")) as server:
        provider = add(alice_client, server.base_url)
        add_model(alice_client, provider)
        page = alice_client.post(f"/settings/providers/{provider.pk}/test").content.decode()
    assert page.count("data-listed>") == 3
    assert 'checked disabled> <span>llama-3</span> <span class="tag">Added</span>' in page
    assert page.count('name="id"') == 1
    assert 'name="id" value="qwen"' in page


@pytest.mark.parametrize("name", [r"\ud800", r"a\u0000b"])
def test_an_id_that_cannot_be_kept_is_passed_over(alice_client: Client, name: str) -> None:
    with listening(says(200, f'{{"data": [{{"id": "{name}"}}, {{"id": "qwen"}}]}}')) as server:
        answer = alice_client.post(f"/settings/providers/{add(alice_client, server.base_url).pk}/test")
    assert (answer.status_code, answer.content.decode().count("data-listed>")) == (200, 1)


def test_ticked_ones_are_asked_about_with_nothing_assumed(alice_client: Client, provider: Provider) -> None:
    answer = alice_client.get(at(provider), {"id": ["qwen", "llama-3", "qwen"]})
    page = answer.content.decode()
    assert [form.listed_id for form in answer.context["forms"]] == ["qwen", "llama-3"]
    for name in ("context_window", "input", "output"):
        assert f'name="0-{name}"' in page
        assert answer.context["forms"][0][name].value() is None
    assert not Model.objects.exists()


def test_all_of_them_are_added_with_their_prices(alice_client: Client, provider: Provider) -> None:
    typed = described("qwen/qwen-3", "llama-3") | {"1-input": "0", "1-features": ["tools", "vision"]}
    assert alice_client.post(at(provider), typed).status_code == 302
    rows = Model.objects.order_by("model_id").values_list("model_id", "name", "context_window", "features")
    assert list(rows) == [
        ("alice/gpus/llama-3", "llama-3", 8000, ["tools", "vision"]),
        ("alice/gpus/qwen/qwen-3", "qwen-3", 8000, []),
    ]
    prices = Price.objects.order_by("model__model_id").values_list("input", "output", "cached_input")
    assert list(prices) == [(0, 2_000_000, None), (500_000, 2_000_000, None)]


@pytest.mark.parametrize("wrong", [{"1-input": ""}, {"1-context_window": "0"}, {"id": ["qwen", "two words"]}])
def test_one_that_is_refused_keeps_out_all_and_loses_nothing(
    alice_client: Client, provider: Provider, wrong: dict[str, Any]
) -> None:
    answer = alice_client.post(at(provider), described("qwen", "llama-3") | {"0-input": "0.75"} | wrong)
    assert answer.status_code == 422
    assert answer.context["forms"][1].errors
    page = answer.content.decode()
    assert 'value="0.75"' in page
    assert "Nothing was added: correct the fields marked below." in page
    [focused] = re.findall(r'name="([^"]*)"[^>]* autofocus', page)
    assert focused == next((name for name in wrong if name != "id"), "1-wanted")
    assert not Model.objects.exists()


def test_one_that_was_added_meanwhile_keeps_out_all(alice_client: Client, provider: Provider) -> None:
    add_model(alice_client, provider)
    answer = alice_client.post(at(provider), described("qwen", "llama-3"))
    assert answer.status_code == 422
    assert "There is a model alice/gpus/llama-3 already." in answer.content.decode()
    assert list(Model.objects.values_list("name", flat=True)) == ["llama-3"]


def test_each_that_was_added_meanwhile_is_marked_with_all_else_that_is_wrong(
    alice_client: Client, provider: Provider
) -> None:
    for name in ("qwen", "llama-3"):
        add_model(alice_client, provider, upstream_id=name)
    answer = alice_client.post(at(provider), described("qwen", "llama-3", "phi", "gemma") | {"2-input": ""})
    taken = [[f"There is a model alice/gpus/{name} already."] for name in ("qwen", "llama-3")]
    assert [form.non_field_errors() for form in answer.context["forms"]] == [*taken, [], []]
    assert [set(form.errors) for form in answer.context["forms"][2:]] == [{"input"}, set()]
    assert answer.content.decode().count("There is a model ") == len(taken)
    assert Model.objects.count() == 2


def test_those_that_are_not_ticked_any_more_are_left_out(alice_client: Client, provider: Provider) -> None:
    add_model(alice_client, provider)
    typed = described("llama-3", "qwen", "phi") | {"2-context_window": ""}
    for place in (0, 2):
        del typed[f"{place}-wanted"]
    answer = alice_client.post(at(provider), typed, follow=True)
    assert "Added: qwen." in answer.content.decode()
    assert set(Model.objects.values_list("name", flat=True)) == {"llama-3", "qwen"}


def test_where_none_is_ticked_any_more_nothing_is_added_and_the_next_come(
    alice_client: Client, provider: Provider
) -> None:
    names = [f"m-{number:02}" for number in range(MOST_AT_ONCE + 1)]
    answer = alice_client.post(at(provider), {"id": names}, follow=True)
    assert "No model was ticked, so none was added." in answer.content.decode()
    assert [form.listed_id for form in answer.context["forms"]] == names[-1:]
    assert not Model.objects.exists()


def test_one_that_is_left_out_of_a_refused_form_stays_so_with_what_was_typed(
    alice_client: Client, provider: Provider
) -> None:
    typed = described("qwen", "phi", input="")
    del typed["0-wanted"]
    answer = alice_client.post(at(provider), typed)
    page = answer.content.decode()
    assert [form.is_wanted for form in answer.context["forms"]] == [False, True]
    assert re.findall(r'name="(\d-wanted)"[^>]* checked', page) == ["1-wanted"]
    assert 'name="0-context_window" value="8000"' in page
    assert re.findall(r'name="([^"]*)"[^>]* autofocus', page) == ["1-input"]


def test_of_very_many_some_are_asked_about_at_once_and_none_is_forgotten(
    alice_client: Client, provider: Provider
) -> None:
    names = [f"m-{number:02}" for number in range(2 * MOST_AT_ONCE + 5)]
    answer = alice_client.get(at(provider), {"id": names})
    for left in (MOST_AT_ONCE + 5, 5):
        assert len(answer.context["forms"]) == MOST_AT_ONCE
        assert f"The other {left} that you ticked come next." in answer.content.decode()
        answer = _submitted(alice_client, provider, answer)
        assert "Added: m-" in answer.content.decode()
    assert [form.listed_id for form in answer.context["forms"]] == names[-5:]
    assert "come next" not in answer.content.decode()
    answer = _submitted(alice_client, provider, answer)
    assert answer.redirect_chain == [(f"/settings/providers/{provider.pk}", 302)]
    assert list(Model.objects.order_by("name").values_list("name", flat=True)) == names


def _submitted(client: Client, provider: Provider, shown: Any) -> Any:
    """The form as the page has it, with everything typed in."""
    names = re.findall(r'name="id" value="([^"]*)"', shown.content.decode())
    return client.post(at(provider), described(*names), follow=True)


def test_a_refused_form_still_has_those_that_come_next(alice_client: Client, provider: Provider) -> None:
    names = [f"m-{number:02}" for number in range(MOST_AT_ONCE + 1)]
    page = alice_client.post(at(provider), described(*names, input="")).content.decode()
    assert re.findall(r'name="id" value="([^"]*)"', page) == names
    assert "The other one that you ticked comes next." in page


def test_nothing_ticked_leads_back(alice_client: Client, provider: Provider) -> None:
    answer = alice_client.get(at(provider), follow=True)
    assert "No model was ticked" in answer.content.decode()


def test_members_and_strangers_are_refused(
    alice_client: Client, bob_client: Client, charlie_client: Client, provider: Provider
) -> None:
    for client, status in ((bob_client, 403), (charlie_client, 404)):
        assert client.get(at(provider), {"id": "qwen"}).status_code == status
        assert client.post(at(provider), described("qwen")).status_code == status
    assert not Model.objects.exists()
