"""Lanes made of saved models: updated by others, deleted from under them, shown as code."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import Project, Team, User
from inference_catalog.models import Model
from playground.models import Comparison, Lane, Message
from playground.views import saved_models
from tests.playground.conftest import a_model
from tests.playground.saving import NAME, SETTINGS, at, change, head, publish, save, set_up, versions
from tests.playground.test_code import sent_by_curl, shown
from tracing import json_text
from tracing.models import Object
from tracing.saved_models.content import Content, value_of

__all__ = ["set_up"]


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


def test_the_number_of_trials_is_kept_and_brought(alice_client: Client, comparison: Comparison, set_up: Lane) -> None:
    Lane.objects.filter(pk=set_up.pk).update(trials=3)
    assert "<dt>Trials</dt><dd>3</dd>" in alice_client.get(at(set_up, "save")).content.decode()
    save(alice_client, set_up)
    params = json_text.load(Object.objects.get().val)["default_params"]
    assert (params["trials"], params["n_times"]) == (3, None)
    alice_client.post(f"/playground/{comparison.pk}/lanes", {"model": NAME})
    assert comparison.lanes.get(letter="C").trials == 3
    other = comparison.lanes.get(letter="B")
    alice_client.post(at(other, "model"), {"model": NAME})
    other = Lane.objects.get(pk=other.pk)
    assert (other.trials, other.origin and other.origin.is_changed) == (3, False)
    opened = alice_client.get(f"/playground?saved={NAME}").headers["Location"]
    assert Lane.objects.latest("created_at").trials == 3
    assert alice_client.get(f"/playground?saved={NAME}").headers["Location"] == opened


def test_the_number_of_trials_is_updated_and_reset(alice_client: Client, set_up: Lane) -> None:
    save(alice_client, set_up)
    Lane.objects.filter(pk=set_up.pk).update(trials=5)
    changed = Lane.objects.get(pk=set_up.pk).origin
    assert changed is not None
    assert changed.is_changed
    assert changed.reference, "each request is still the saved model's"
    page = alice_client.get(at(set_up, "update")).content.decode()
    assert "<dt>Trials</dt><dd><del>1</del>" in page
    alice_client.post(at(set_up, "update"))
    assert json_text.load(Object.objects.get(version=1).val)["default_params"]["trials"] == 5
    alice_client.post(at(set_up, "version"), {"version": f"{NAME}:v0"})
    assert Lane.objects.get(pk=set_up.pk).trials == 1
    Lane.objects.filter(pk=set_up.pk).update(trials=2)
    alice_client.post(at(set_up, "reset"))
    assert Lane.objects.get(pk=set_up.pk).trials == 1


@pytest.mark.parametrize(("said", "trials"), [(400, 10), (0, 1), ("3", 1), (True, 1), (None, 1)])
def test_a_number_of_trials_that_a_lane_cannot_have_is_brought_to_one(
    alice_client: Client,
    comparison: Comparison,
    project: Project,
    alice: User,
    models: list[Model],
    said: Any,
    trials: int,
) -> None:
    value = value_of(Content(models[0].model_id))
    publish(project, alice, value | {"default_params": value["default_params"] | {"trials": said}})
    alice_client.post(f"/playground/{comparison.pk}/lanes", {"model": "alice/playground/from-python"})
    assert comparison.lanes.get(letter="C").trials == trials


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


def test_of_many_versions_the_latest_are_shown(
    alice_client: Client, set_up: Lane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saved_models, "MOST_VERSIONS", 2)
    save(alice_client, set_up)
    for seed in (1, 2):
        change(alice_client, set_up, seed=seed)
        alice_client.post(at(set_up, "update"))
    page = alice_client.get(at(set_up, "versions")).content.decode()
    assert "These are the latest 2 of 3." in page
    assert (f'value="{NAME}:v2"' in page, f'value="{NAME}:v0"' in page) == (True, False)
    assert "its 3 versions?" in alice_client.get(at(set_up, "version/delete")).content.decode()


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
    refused = charlie_client.get(f"/playground?models={NAME}")
    assert refused.status_code == 404
    assert f"There is no model called {NAME}." in refused.content.decode()
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
