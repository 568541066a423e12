"""Lanes saved as models: objects of Weave in versions."""

from __future__ import annotations

import threading

import pytest
from django.db import connections
from django.test import Client

from accounts.models import Project, User
from inference_catalog.models import Model
from playground import saved_models
from playground.models import Comparison, Lane
from tests.playground.saving import NAME, SCHEMA, SETTINGS, at, change, head, publish, save, set_up, versions
from tracing import json_text
from tracing.models import Object
from tracing.saved_models.content import Content, value_of

__all__ = ["set_up"]


# Saving ----------------------------------------------------------------------------------------


def test_a_lane_is_saved_as_the_clients_own_object(alice_client: Client, set_up: Lane) -> None:
    response = save(alice_client, set_up)
    assert (response.status_code, response.headers["hx-trigger"]) == (204, "saved-models-changed, dialog-close")
    saved = Object.objects.get()
    assert (saved.object_id, saved.version, saved.base_class) == ("support-bot", 0, "Model")
    value = json_text.load(saved.val)
    assert (value["_class_name"], value["_bases"]) == ("LLMStructuredCompletionModel", ["Model", "Object", "BaseModel"])
    assert (value["name"], value["llm_model_id"]) == ("support-bot", "meta-llama/Llama-3.1-8B-Instruct")
    params = value["default_params"]
    assert [(m["role"], m["content"]) for m in params["messages_template"]] == [("system", "Be brief.")]
    assert (params["temperature"], params["stop"], params["seed"], params["top_p"]) == (0.2, ["END"], 7, None)
    assert params["functions"] == [{"name": "get_weather"}]
    assert (params["response_format"], params["response_format_schema"]) == ("json_schema", SCHEMA["json_schema"])
    assert Lane.objects.get(pk=set_up.pk).saved_model == saved


def test_its_page_of_weave_shows_it(alice_client: Client, set_up: Lane) -> None:
    save(alice_client, set_up)
    page = alice_client.get("/alice/playground/weave/objects/support-bot", follow=True).content.decode()
    assert "LLMStructuredCompletionModel" in page


def test_the_dialog_lists_what_is_saved_and_what_is_not(alice_client: Client, set_up: Lane) -> None:
    Model.objects.filter(pk=set_up.model_id).update(features=["json", "json_schema"])
    page = alice_client.get(at(set_up, "save")).content.decode()
    for line in ("Llama-3.1-8B", "Be brief.", "Temperature", "JSON schema “answer”"):
        assert line in page
    assert "get_weather" not in page
    assert "Nor is what the model does not take: Functions." in page
    save(alice_client, set_up)
    assert "get_weather" not in Object.objects.get().val
    assert not Lane.objects.get(pk=set_up.pk).origin.is_changed  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "needs a name"),
        ("   ", "needs a name"),
        ("a/b", "letters and digits"),
        ("a:v1", "letters and digits"),
        ("a b", "letters and digits"),
        ("-a", "letters and digits"),
        ("a..b", "letters and digits"),
        ("a\0", "A name cannot contain the character NUL."),
        ("<b>", "letters and digits"),
        ("a" * 129, "at most 128"),
    ],
)
def test_a_name_that_cannot_be_is_refused_with_a_sentence(
    alice_client: Client, set_up: Lane, name: str, why: str
) -> None:
    page = save(alice_client, set_up, name)
    assert page.status_code == 200
    assert why in page.content.decode()
    assert not Object.objects.exists()


@pytest.mark.parametrize("name", ["a", "7", "Größe", "模型", "a.b-c_d", "a" * 128])
def test_names_that_the_client_keeps_are_names(alice_client: Client, set_up: Lane, name: str) -> None:
    assert save(alice_client, set_up, f" {name} ").status_code == 204
    assert Object.objects.get().object_id == name


def test_a_name_that_is_taken_can_be_its_next_version(
    alice_client: Client, comparison: Comparison, set_up: Lane, project: Project, alice: User
) -> None:
    save(alice_client, set_up)
    other = comparison.lanes.get(letter="B")
    page = save(alice_client, other).content.decode()
    assert "There is a saved model called support-bot already, at v0." in page
    assert "Save as its next version" in page
    assert save(alice_client, other, next="something-else").status_code == 200
    assert save(alice_client, other, next="support-bot").status_code == 204
    assert versions() == [(0, True), (1, True)]
    publish(project, alice, {"rows": 1}, "rows")
    assert "is called rows" in save(alice_client, other, "rows", next="rows").content.decode()
    assert versions("rows") == [(0, True)]


# Changed, updated, reset -----------------------------------------------------------------------


def test_the_head_says_which_version_it_is_and_whether_it_differs(alice_client: Client, set_up: Lane) -> None:
    assert "Save model…" in head(alice_client, set_up)
    save(alice_client, set_up)
    shown = head(alice_client, set_up)
    assert ">support-bot:v0<" in shown
    assert "data-lane-changed" not in shown
    alice_client.post(at(set_up, "settings"), {"temperature": "0.9", "system_prompt": "Be brief."})
    shown = head(alice_client, set_up)
    assert "data-lane-changed" in shown
    assert "Update support-bot…" in shown
    assert "Reset to v0" in shown
    assert alice_client.post(at(set_up, "reset")).status_code == 204
    lane = Lane.objects.get(pk=set_up.pk)
    assert (lane.settings, lane.system_prompt) == (SETTINGS, "Be brief.")
    assert "data-lane-changed" not in head(alice_client, set_up)


def test_an_update_is_a_new_version_and_nothing_else_is(alice_client: Client, set_up: Lane) -> None:
    save(alice_client, set_up)
    refused = alice_client.post(at(set_up, "update"))
    assert refused.status_code == 409
    assert "Nothing differs from support-bot:v0" in refused.content.decode()
    change(alice_client, set_up, temperature=0.9)
    page = alice_client.get(at(set_up, "update")).content.decode()
    assert "<del>0.2</del>" in page
    assert "<ins>0.9</ins>" in page
    assert alice_client.post(at(set_up, "update")).status_code == 204
    assert versions() == [(0, True), (1, True)]
    assert "support-bot:v1" in head(alice_client, set_up)
    Lane.objects.filter(pk=set_up.pk).update(settings=SETTINGS)
    alice_client.post(at(set_up, "update"))
    assert versions() == [(0, True), (1, True)]
    assert "support-bot:v0" in head(alice_client, set_up)


def test_an_update_says_that_there_is_a_newer_one(
    alice_client: Client, comparison: Comparison, set_up: Lane, project: Project, bob: User
) -> None:
    save(alice_client, set_up)
    publish(project, bob, value_of(Content("x/y")), "support-bot")
    change(alice_client, set_up, temperature=0.9)
    assert "The latest version is v1 by now, by bob" in alice_client.get(at(set_up, "update")).content.decode()


@pytest.mark.django_db(transaction=True)
def test_two_updates_at_once_are_two_versions(
    alice: User, alice_client: Client, comparison: Comparison, lane: Lane, models: list[Model]
) -> None:
    save(alice_client, lane)
    for _ in range(3):
        alice_client.post(f"/playground/{comparison.pk}/lanes", {"model": NAME})
    lanes = list(comparison.lanes.filter(saved_model__isnull=False))
    for number, each in enumerate(lanes):
        change(alice_client, each, seed=number)
    failed: list[BaseException] = []

    def update(each: Lane) -> None:
        try:
            saved_models.update(Lane.objects.get(pk=each.pk), alice)
        except BaseException as error:
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=update, args=(each,)) for each in lanes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []
    assert versions() == [(number, True) for number in range(5)]
    assert sorted(each.origin.saved.version for each in comparison.lanes.all() if each.origin) == [
        "v1",
        "v2",
        "v3",
        "v4",
    ]
    assert not any(each.origin.is_changed for each in comparison.lanes.all() if each.origin)
