"""Lanes saved as models: objects of Weave in versions, which other lanes are made of."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from accounts.models import Project, Team, User
from inference_catalog.models import Model
from playground import saved_models
from playground.models import Comparison, Lane, Message
from tests.playground.conftest import a_model
from tests.playground.test_code import sent_by_curl, shown
from tracing import json_text, publishing
from tracing.models import Object
from tracing.pages.spaces import Visitor
from tracing.saved_models.content import Content, value_of
from tracing.visits import Space

NAME = "alice/playground/support-bot"
SCHEMA = {"type": "json_schema", "json_schema": {"name": "answer", "schema": {"type": "object"}}}
SETTINGS = {
    "temperature": 0.2,
    "stop": ["END"],
    "seed": 7,
    "tools": [{"type": "function", "function": {"name": "get_weather"}}],
    "response_format": SCHEMA,
}


@pytest.fixture
def set_up(lane: Lane) -> Lane:
    Lane.objects.filter(pk=lane.pk).update(settings=SETTINGS, system_prompt="Be brief.")
    return Lane.objects.get(pk=lane.pk)


def at(lane: Lane, verb: str) -> str:
    return f"/playground/lanes/{lane.pk}/{verb}"


def save(client: Client, lane: Lane, name: str = "support-bot", **more: Any) -> Any:
    return client.post(at(lane, "save"), {"name": name, **more})


def change(client: Client, lane: Lane, **settings: Any) -> None:
    Lane.objects.filter(pk=lane.pk).update(settings=settings)


def publish(project: Project, user: User, value: Any, name: str = "from-python") -> Object:
    return publishing.publish(Visitor(user), Space(project.pk, project.path, user.pk), name, value, None)


def versions(name: str = "support-bot") -> list[tuple[int, bool]]:
    return [(one.version, one.deleted_at is None) for one in Object.objects.filter(object_id=name).order_by("version")]


def head(client: Client, lane: Lane) -> str:
    page = client.get(f"/playground/{lane.comparison_id}").content.decode()
    return page.partition(f'data-lane="{lane.letter}"')[2].partition("</header>")[0]


# Saving ----------------------------------------------------------------------------------------


def test_a_lane_is_saved_as_the_clients_own_object(alice_client: Client, set_up: Lane) -> None:
    response = save(alice_client, set_up)
    assert (response.status_code, response.headers["hx-trigger"]) == (204, "dialog-close")
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
        ("a\0", "letters and digits"),
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


# Made of a saved one ---------------------------------------------------------------------------


def test_a_lane_is_made_of_a_saved_one(alice_client: Client, comparison: Comparison, set_up: Lane) -> None:
    save(alice_client, set_up)
    assert alice_client.post(f"/playground/{comparison.pk}/lanes", {"model": NAME}).status_code == 204
    made = comparison.lanes.get(letter="C")
    assert (made.model_id, made.settings, made.system_prompt) == (set_up.model_id, SETTINGS, "Be brief.")
    assert made.title == "support-bot:v0"
    alice_client.post(at(made, "duplicate"))
    assert comparison.lanes.get(letter="D").title == "support-bot:v0"


def test_a_lane_takes_a_saved_one_and_lets_go_of_it(
    alice_client: Client, comparison: Comparison, set_up: Lane, models: list[Model]
) -> None:
    save(alice_client, set_up)
    other = comparison.lanes.get(letter="B")
    Message.objects.create(lane=other, role="user", text="Hello")
    alice_client.post(at(other, "model"), {"model": f"{NAME}:v0"})
    other.refresh_from_db()
    assert (other.title, other.settings, other.messages.count()) == ("support-bot:v0", SETTINGS, 1)
    alice_client.post(at(other, "model"), {"model": models[1].model_id})
    other = Lane.objects.get(pk=other.pk)
    assert (other.title, other.saved_model) == ("Phi 4 Mini", None)


def test_an_older_version_can_be_taken(alice_client: Client, set_up: Lane) -> None:
    save(alice_client, set_up)
    change(alice_client, set_up, temperature=0.9)
    alice_client.post(at(set_up, "update"))
    page = alice_client.get(at(set_up, "versions")).content.decode()
    assert f'value="{NAME}:v0"' in page
    assert f"<code>{NAME}:v1</code>" in page.replace(' id="saved-id"', "")
    assert alice_client.post(at(set_up, "version"), {"version": f"{NAME}:v0"}).status_code == 204
    assert Lane.objects.get(pk=set_up.pk).settings == SETTINGS
    assert alice_client.post(at(set_up, "version"), {"version": f"{NAME}:v9"}).status_code == 409


def test_one_that_was_published_from_python_begins_as_it_says(
    alice_client: Client, comparison: Comparison, project: Project, alice: User, models: list[Model]
) -> None:
    opening = ({"role": "system", "content": "Be brief."}, {"role": "user", "content": "One?"})
    said = (*opening, {"role": "assistant", "content": "One."})
    publish(project, alice, value_of(Content(models[0].model_id, {"n": 2, "top_p": 0.5}, said)))
    alice_client.post(f"/playground/{comparison.pk}/lanes", {"model": "alice/playground/from-python"})
    made = comparison.lanes.get(letter="C")
    assert (made.system_prompt, made.settings) == ("Be brief.", {"top_p": 0.5})
    assert [(message.role, message.text) for message in made.messages.all()] == [
        ("user", "One?"),
        ("assistant", "One."),
    ]
    assert not made.origin.is_changed  # type: ignore[union-attr]
    change(alice_client, made, top_p=0.6)
    alice_client.post(at(made, "update"))
    params = json_text.load(Object.objects.get(version=1).val)["default_params"]
    assert (params["n_times"], params["top_p"], len(params["messages_template"])) == (2, 0.6, 3)


def test_a_published_prompt_is_the_lanes_and_stays_named(
    alice_client: Client, comparison: Comparison, project: Project, alice: User, models: list[Model]
) -> None:
    prompt = {"messages": [{"role": "system", "content": "Be brief."}]}
    publish(project, alice, prompt, "brief")
    ref = "weave:///alice/playground/object/brief:latest"
    publish(project, alice, value_of(Content(models[0].model_id, prompt=ref)))
    alice_client.post(f"/playground/{comparison.pk}/lanes", {"model": "alice/playground/from-python"})
    made = comparison.lanes.get(letter="C")
    assert made.system_prompt == "Be brief."
    change(alice_client, made, seed=1)
    alice_client.post(at(made, "update"))
    assert json_text.load(Object.objects.get(version=1).val)["default_params"]["prompt"] == ref
    Lane.objects.filter(pk=made.pk).update(system_prompt="Be long.")
    alice_client.post(at(made, "update"))
    params = json_text.load(Object.objects.get(version=2).val)["default_params"]
    assert (params["prompt"], params["messages_template"][0]["content"]) == (None, "Be long.")


# The picker ------------------------------------------------------------------------------------


def test_the_picker_shows_saved_models_and_why_some_cannot_be_used(
    alice_client: Client, set_up: Lane, project: Project, alice: User
) -> None:
    assert "Saved models" not in alice_client.get(at(set_up, "picker")).content.decode()
    save(alice_client, set_up)
    publish(project, alice, value_of(Content("openai/gpt-nowhere")), "elsewhere")
    publish(project, alice, value_of(Content(set_up.model.model_id, {"temperature": 9})), "too hot")
    publish(project, alice, {"rows": []}, "no-model")
    page = alice_client.get(at(set_up, "picker")).content.decode()
    assert 'aria-checked="true" data-pick="alice/playground/support-bot"' in page
    assert "alice/playground/support-bot llama 3.1 8b" in page
    assert "It asks openai/gpt-nowhere, which is not here." in page
    assert "It has a mistake: &#x27;temperature&#x27; must be" in page
    assert "no-model" not in page
    for name in ("elsewhere", "too hot"):
        refused = alice_client.post(at(set_up, "model"), {"model": f"alice/playground/{name}"})
        assert refused.status_code == 409
        assert "cannot be used here: it" in refused.content.decode()


def test_only_the_latest_of_a_name_is_in_the_picker(alice_client: Client, set_up: Lane) -> None:
    save(alice_client, set_up)
    change(alice_client, set_up, seed=1)
    alice_client.post(at(set_up, "update"))
    page = alice_client.get(at(set_up, "picker")).content.decode()
    assert page.count(f'data-pick="{NAME}"') == 1
    assert ">v1<" in page


def test_the_picker_asks_no_more_for_more_of_them(
    alice_client: Client, set_up: Lane, project: Project, alice: User, django_assert_max_num_queries: Any
) -> None:
    val = json_text.dump(value_of(Content(set_up.model.model_id, SETTINGS)))
    kind = {"leaf_class": "LLMStructuredCompletionModel", "base_class": "Model", "kind": "object"}
    Object.objects.bulk_create(
        Object(project=project, object_id=f"bot-{n}", digest=str(n), version=0, user=alice, size=1, val=val, **kind)
        for n in range(1000)
    )
    with django_assert_max_num_queries(12):
        page = alice_client.get(at(set_up, "picker")).content.decode()
    assert page.count("data-pick=") == 1002


def test_the_palette_finds_them(alice_client: Client, set_up: Lane, models: list[Model]) -> None:
    save(alice_client, set_up)
    for words in ("support", "support llama"):
        page = alice_client.get("/search", {"q": words}).content.decode()
        assert 'data-palette-url="/playground?saved=alice%2Fplayground%2Fsupport-bot"' in page
    first = alice_client.get(f"/playground?saved={NAME}")
    assert Comparison.objects.get(pk=first.headers["Location"].rpartition("/")[2]).lanes.get().title == "support-bot:v0"
    assert alice_client.get(f"/playground?saved={NAME}").headers["Location"] == first.headers["Location"]
    assert alice_client.get(f"/playground?saved={NAME}-2").status_code == 404


# Deleting --------------------------------------------------------------------------------------


def test_what_is_deleted_leaves_its_lanes_as_they_are(alice_client: Client, set_up: Lane) -> None:
    save(alice_client, set_up)
    change(alice_client, set_up, temperature=0.9)
    alice_client.post(at(set_up, "update"))
    asked = alice_client.get(at(set_up, "version/delete"), {"version": "v1"}).content.decode()
    assert f"<code>{NAME}</code> is v0 then" in asked
    assert versions() == [(0, True), (1, True)]
    alice_client.post(at(set_up, "version/delete"), {"version": "v1"})
    assert versions() == [(0, True), (1, False)]
    assert Lane.objects.get(pk=set_up.pk).settings == {"temperature": 0.9}
    shown = head(alice_client, set_up)
    assert "support-bot:v1" in shown
    assert "Deleted" in shown
    assert "Reset" not in shown
    assert "Save model…" in shown
    assert alice_client.post(at(set_up, "reset")).status_code == 409
    assert alice_client.post(at(set_up, "update")).status_code == 409
    alice_client.post(at(set_up, "version/delete"))
    assert versions() == [(0, False), (1, False)]
    assert save(alice_client, set_up).status_code == 204
    assert "support-bot:v2" in head(alice_client, set_up)


# Doors -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", ["save", "update", "reset", "version", "version/delete"])
def test_neither_readers_nor_strangers_save_in_anothers_lane(
    alice_client: Client, bob_client: Client, charlie_client: Client, set_up: Lane, verb: str
) -> None:
    save(alice_client, set_up)
    Comparison.objects.update(sharing="copy")
    for client in (bob_client, charlie_client):
        assert client.post(at(set_up, verb), {"name": "mine"}).status_code == 404
    assert versions() == [(0, True)]


def test_members_use_update_and_delete_what_others_saved_and_strangers_know_nothing(
    alice_client: Client, bob: User, bob_client: Client, charlie: User, charlie_client: Client, set_up: Lane
) -> None:
    save(alice_client, set_up)
    bobs = bob_client.get(f"/playground?saved={NAME}")
    lane = Comparison.objects.get(created_by=bob).lanes.get()
    assert bobs.status_code == 302
    change(bob_client, lane, seed=2)
    assert bob_client.post(at(lane, "update")).status_code == 204
    assert bob_client.post(at(lane, "version/delete"), {"version": "v0"}).status_code == 200
    assert versions() == [(0, False), (1, True)]
    assert charlie_client.get(f"/playground?saved={NAME}").status_code == 404
    assert NAME not in charlie_client.get("/search", {"q": "support"}).content.decode()
    charlies = Comparison.objects.create(project=Project.objects.for_user(charlie).get(), created_by=charlie)
    own = Lane.objects.create(comparison=charlies, letter="A", model_id=set_up.model_id)
    assert NAME not in charlie_client.get(at(own, "picker")).content.decode()
    assert charlie_client.post(at(own, "model"), {"model": NAME}).status_code == 409
    assert Lane.objects.get(pk=own.pk).saved_model is None


def test_a_model_of_another_teams_provider_is_not_here(
    alice_client: Client, set_up: Lane, project: Project, alice: User, team: Team
) -> None:
    lab = Team.objects.create(organization=team.organization, slug="lab")
    own = a_model("lab/gpus/model", "Lab's model")
    Model.objects.filter(pk=own.pk).update(team=lab)
    publish(project, alice, value_of(Content("lab/gpus/model")))
    page = alice_client.get(at(set_up, "picker")).content.decode()
    assert "asks lab/gpus/model, which is not here" in page


# Code ------------------------------------------------------------------------------------------


def test_code_comes_in_both_forms_as_long_as_nothing_was_changed(alice_client: Client, set_up: Lane) -> None:
    save(alice_client, set_up)
    Message.objects.create(lane=set_up, role="user", text="Hello?")
    page = alice_client.get(at(set_up, "code")).content.decode()
    assert "By name: support-bot:v0" in page
    assert sent_by_curl(shown(alice_client, at(set_up, "code"))["bash"])["temperature"] == 0.2
    assert sent_by_curl(shown(alice_client, at(set_up, "code?by=name"))["bash"]) == {
        "model": f"{NAME}:v0",
        "messages": [{"role": "user", "content": "Hello?"}],
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    change(alice_client, set_up, temperature=0.9)
    assert "By name" not in alice_client.get(at(set_up, "code")).content.decode()
    assert sent_by_curl(shown(alice_client, at(set_up, "code?by=name"))["bash"])["temperature"] == 0.9


def test_a_copy_of_a_comparison_is_of_the_same_version(alice_client: Client, set_up: Lane) -> None:
    save(alice_client, set_up)
    alice_client.post(f"/playground/{set_up.comparison_id}/duplicate")
    copy = Lane.objects.exclude(comparison=set_up.comparison).get(letter="A")
    assert copy.title == "support-bot:v0"
