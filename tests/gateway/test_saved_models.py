"""Saved models at the API: called by their names, with what was saved unless the request says otherwise."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from django.utils import timezone

from accounts.models import ApiKey, Project, Team, User
from billing.models import UsageRecord
from completions import routes, saved_models
from inference_catalog.models import Model, Offering, Price, Provider
from tests.gateway.asking import answer
from tests.model_ids import LLAMA, PHI
from tests.simulator.serving import Simulator
from tracing import publishing
from tracing.models import Call, Object
from tracing.pages.spaces import Visitor
from tracing.saved_models.content import Content, value_of
from tracing.visits import Space

pytestmark = pytest.mark.django_db(transaction=True)
TRACED = {"x-lineup-trace": "on"}
NAME = "alice/playground/support-bot"
BRIEF = {"role": "system", "content": "Be brief, {name}."}
WEATHER = {"type": "function", "function": {"name": "get_weather"}}

Save = Callable[..., Object]


@pytest.fixture(autouse=True)
def models(project: Project, simulator: Simulator) -> None:
    routes.forget()
    saved_models.forget()
    kind = Provider.Kind.SIMULATOR
    provider = Provider.objects.create(slug="sim", name="Simulator", kind=kind, base_url=simulator.base_url)
    for model_id in (PHI, LLAMA):
        model = Model.objects.create(model_id=model_id, name=model_id)
        Price.objects.create(model=model, input=1_000_000, output=1_000_000)
        Offering.objects.create(model=model, provider=provider, upstream_id=model_id)


@pytest.fixture
def save(project: Project, alice: User) -> Save:
    """Publishes the next version of the support bot, or of another."""

    def publish(
        model: str = PHI,
        *messages: Any,
        name: str = "support-bot",
        prompt: str = "",
        trials: int = 1,
        **parameters: Any,
    ) -> Object:
        value = value_of(Content(model, parameters, messages, prompt, trials))
        saved_models.forget()
        return publishing.publish(Visitor(alice), Space(project.pk, project.path, alice.pk), name, value, None)

    return publish


@pytest.fixture
def other_keys(alice: User, charlie: User, team: Team) -> tuple[str, str]:
    """A stranger's, and Alice's for another team of her organization."""
    other = Project.objects.create(team=Team.objects.create(organization=team.organization, slug="lab"), slug="lab")
    theirs = Project.objects.for_user(charlie).get()
    stranger, own = (ApiKey.objects.issue(user=u, project=p)[1] for u, p in ((charlie, theirs), (alice, other)))
    return stranger, own


def get(key: str, path: str) -> Any:
    return asyncio.run(answer("GET", path, key=key))


def ask(key: str, model: str = NAME, headers: Any = None, **more: Any) -> Any:
    body = {"model": model, "messages": [{"role": "user", "content": "Hello"}], **more}
    return asyncio.run(answer("POST", "/chat/completions", key=key, content=json.dumps(body), headers=headers))


def traced() -> dict[str, Any]:
    """The one call, as it was written: what the model was asked, and what else is known."""
    [call] = waited(lambda: list(Call.objects.all()))
    return {"inputs": json.loads(call.inputs), "facts": json.loads(call.attributes)["lineup"], "call": call}


def ids(key: str) -> list[str]:
    return [entry["id"] for entry in get(key, "/models").json()["data"]]


def error_of(response: Any) -> tuple[int, str, str]:
    error = response.json()["error"]
    return response.status_code, error["code"], error["message"]


def waited(found: Callable[[], Any]) -> Any:
    """It is written after the answer."""
    deadline = time.monotonic() + 20
    while not (rows := found()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return rows


def test_what_was_saved_is_asked_and_the_model_behind_is_billed(alice_key: str, save: Save) -> None:
    saved = save(PHI, BRIEF, temperature=0.2, max_tokens=7, seed=3, tools=[WEATHER])
    said = ask(alice_key, headers=TRACED)
    assert said.status_code == 200, said.text
    assert said.json()["model"] == NAME
    assert said.json()["usage"]["completion_tokens"] <= 7
    found = traced()
    assert found["inputs"] == {
        "model": PHI,
        "messages": [BRIEF, {"role": "user", "content": "Hello"}],
        "temperature": 0.2,
        "max_tokens": 7,
        "seed": 3,
        "tools": [WEATHER],
    }
    assert found["facts"]["saved_model"] == f"weave:///alice/playground/object/support-bot:{saved.digest}"
    [record] = waited(lambda: list(UsageRecord.objects.all()))
    assert (record.model, record.outcome) == (PHI, "completed")


def test_a_request_overrides_what_was_saved_one_by_one(alice_key: str, save: Save) -> None:
    save(PHI, temperature=0.2, top_p=0.5, max_tokens=7, stop=["x"], tools=[WEATHER])
    own: Any = {"temperature": 0, "max_completion_tokens": 9, "stop": None, "functions": [{"name": "f"}]}
    assert ask(alice_key, headers=TRACED, **own).status_code == 200
    inputs = traced()["inputs"]
    assert (inputs["temperature"], inputs["top_p"], inputs["stop"]) == (0, 0.5, ["x"])
    assert inputs["max_completion_tokens"] == 9
    assert not {"max_tokens", "tools"} & inputs.keys()


def test_one_that_asks_for_trials_in_the_playground_answers_once(
    alice_key: str, save: Save, simulator: Simulator
) -> None:
    save(trials=3, max_tokens=5)
    answered = ask(alice_key, headers=TRACED).json()
    assert len(answered["choices"]) == 1
    [record] = waited(lambda: list(UsageRecord.objects.all()))
    assert record.completion_tokens == 5
    assert not {"trials", "n"} & traced().keys()


def test_a_stream_bears_the_name_that_was_asked_for(alice_key: str, save: Save) -> None:
    save(PHI, BRIEF)
    for options in ({}, {"stream_options": {"include_usage": True}}):
        said = ask(alice_key, f"{NAME}:v0", stream=True, simulate={"length": 30}, **options)
        lines = [line[6:] for line in said.text.splitlines() if line.startswith("data: ")]
        assert lines.pop() == "[DONE]"
        chunks = [json.loads(line) for line in lines]
        assert {chunk["model"] for chunk in chunks} == {f"{NAME}:v0"}
        assert sum(bool(choice["delta"].get("content")) for chunk in chunks for choice in chunk["choices"]) == 30
        assert sum("cost" in (chunk.get("usage") or {}) for chunk in chunks) == len(options)


def test_a_stream_that_breaks_off_bears_it_too(alice_key: str, save: Save) -> None:
    save(PHI)
    said = ask(alice_key, stream=True, simulate={"length": 20, "cut_after": 5})
    assert json.loads(said.text.strip().splitlines()[-1][6:])["model"] == NAME


def test_placeholders_are_filled_where_they_are_given_and_stay_where_not(alice_key: str, save: Save) -> None:
    save(PHI, BRIEF)
    ask(alice_key, headers=TRACED, template_vars={"name": "Ann"}, messages=[{"role": "user", "content": "I am {name}"}])
    inputs = traced()["inputs"]
    assert [message["content"] for message in inputs["messages"]] == ["Be brief, Ann.", "I am {name}"]
    assert "template_vars" not in inputs
    Call.objects.all().delete()
    ask(alice_key, headers=TRACED)
    assert traced()["inputs"]["messages"][0] == BRIEF
    assert error_of(ask(alice_key, template_vars=[1]))[:2] == (400, "invalid_type")


def test_a_prompt_that_was_published_stands_before_the_request(alice_key: str, save: Save, alice: User) -> None:
    project = Project.objects.get(team__slug="alice")
    space = Space(project.pk, project.path, alice.pk)
    prompt = {"_type": "MessagesPrompt", "messages": [BRIEF], "_class_name": "MessagesPrompt", "_bases": []}
    published = publishing.publish(Visitor(alice), space, "brief", prompt, None)
    save(PHI, prompt=f"weave:///{project.path}/object/brief:{published.digest}")
    assert ask(alice_key, headers=TRACED, template_vars={"name": "Ann"}).status_code == 200
    assert traced()["inputs"]["messages"][0]["content"] == "Be brief, Ann."
    save(PHI, prompt=f"weave:///{project.path}/object/gone:latest")
    status, code, sentence = error_of(ask(alice_key))
    assert (status, code) == (400, "invalid_model")
    assert "object/gone:latest" in sentence


def test_each_version_has_its_name_and_the_latest_has_it_without(alice_key: str, save: Save) -> None:
    first, second = save(PHI, temperature=0.1), save(LLAMA, temperature=0.2)
    named = {"": LLAMA, ":latest": LLAMA, ":v0": PHI, ":v1": LLAMA, f":{first.digest}": PHI, f":{second.digest}": LLAMA}
    for version, model in named.items():
        said = ask(alice_key, NAME + version, headers=TRACED)
        assert said.json()["model"] == NAME + version
        assert traced()["inputs"]["model"] == model
        Call.objects.all().delete()


def test_versions_that_are_not_there_are_named(alice_key: str, save: Save) -> None:
    save(PHI, temperature=0.1)
    save(PHI, temperature=0.2).delete_version(timezone.now())
    sentence = f"The saved model `{NAME}:v1` was deleted."
    assert error_of(ask(alice_key, f"{NAME}:v1")) == (404, "model_not_found", sentence)
    assert error_of(get(alice_key, f"/models/{NAME}:v1")) == (404, "model_not_found", sentence)
    assert "has no such version" in error_of(ask(alice_key, f"{NAME}:v7"))[2]
    assert ask(alice_key).status_code == 200


def test_a_new_version_is_the_latest_within_moments(alice_key: str, save: Save) -> None:
    save(PHI)
    assert ask(alice_key).status_code == 200
    latest = save(PHI, max_tokens=1)
    assert latest.version == 1
    assert ask(alice_key).json()["usage"]["completion_tokens"] == 1


def test_to_a_stranger_it_is_as_if_there_was_no_such_model(alice_key: str, other_keys: Any, save: Save) -> None:
    save(PHI)
    stranger, own = other_keys
    unknown = error_of(ask(stranger, f"{NAME}-2"))
    for name in (NAME, f"{NAME}:v0", f"{NAME}:v9"):
        status, code, sentence = error_of(ask(stranger, name))
        assert (status, code) == (404, "model_not_found")
        assert sentence == unknown[2].replace(f"{NAME}-2", name)
        assert error_of(get(stranger, f"/models/{name}")) == (status, code, sentence)
    assert NAME not in ids(stranger)
    assert ask(alice_key).status_code == 200
    assert ask(stranger).status_code == 404
    assert ask(own).status_code == 200


def test_an_object_of_another_class_is_no_model(alice_key: str, alice: User, project: Project) -> None:
    publishing.publish(Visitor(alice), Space(project.pk, project.path, alice.pk), "rows", {"rows": []}, None)
    assert "does not exist or you do not have access" in error_of(ask(alice_key, "alice/playground/rows"))[2]


def test_models_come_before_saved_ones(alice_key: str, save: Save) -> None:
    save(PHI)
    model = Model.objects.create(model_id=NAME, name="Namesake")
    sentence = f"The model `{NAME}` has no price yet and cannot be called."
    assert error_of(ask(alice_key))[2] == sentence
    assert error_of(get(alice_key, f"/models/{NAME}"))[2] == sentence
    assert ids(alice_key).count(NAME) == 1
    model.delete()


def test_it_is_listed_for_those_who_may_call_it(alice_key: str, other_keys: Any, save: Save) -> None:
    save(PHI)
    save(LLAMA)
    save("no/such", name="dangling")
    for key, listed in ((alice_key, 1), (other_keys[0], 0), (other_keys[1], 1)):
        assert ids(key).count(NAME) == listed
        assert "alice/playground/dangling" not in ids(key)
    entry = next(one for one in get(alice_key, "/models").json()["data"] if one["id"] == NAME)
    assert (entry["object"], entry["owned_by"]) == ("model", "alice")
    assert get(alice_key, f"/models/{NAME}").json() == entry
    assert get(alice_key, f"/models/{quote(NAME, safe='')}%3Av1").json()["id"] == f"{NAME}:v1"


def test_what_became_of_the_model_behind_names_both(alice_key: str, save: Save) -> None:
    save(PHI)
    model = Model.objects.get(model_id=PHI)
    Offering.objects.filter(model=model).update(withdrawn_at=timezone.now())
    status, _, sentence = error_of(ask(alice_key))
    assert status == 503
    assert PHI in sentence
    assert f"{NAME}:v0" in sentence
    Model.objects.filter(pk=model.pk).update(status="retired", replacement=Model.objects.get(model_id=LLAMA))
    routes.forget()
    retired = f"The saved model `{NAME}:v0` cannot answer. The model `{PHI}` was retired. Use `{LLAMA}` instead."
    assert error_of(ask(alice_key)) == (404, "model_not_found", retired)
    assert error_of(get(alice_key, f"/models/{NAME}")) == (404, "model_not_found", retired)
    assert NAME not in ids(alice_key)


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ({"llm_model_id": None}, "names no model"),
        ({"default_params": {"temperature": 9}}, "'temperature' must be"),
        ({"default_params": {"response_format": "json_schema"}}, "'response_format.json_schema' is required"),
        ({"default_params": {"messages_template": [7]}}, "is not as the client makes it"),
        ({"default_params": {"messages_template": [{"role": "pirate"}]}}, "'messages[0].role'"),
        ({"default_params": {"prompt": "hello"}}, "names a prompt by what is no reference"),
        ({"llm_model_id": "weave:///alice/playground/object/provider:v0"}, "by a reference of Weave"),
    ],
)
def test_one_that_cannot_be_asked_says_why(
    alice_key: str, alice: User, project: Project, value: dict[str, Any], fault: str
) -> None:
    broken = {**value_of(Content(PHI)), **value}
    publishing.publish(Visitor(alice), Space(project.pk, project.path, alice.pk), "support-bot", broken, None)
    status, code, sentence = error_of(ask(alice_key))
    assert (status, code) == (400, "invalid_model")
    assert fault in sentence
    assert NAME not in ids(alice_key)


@pytest.mark.parametrize("name", ["Größe & Maß", "a b?c#d", "100%", 'it\'s "quoted"', "模型", "..", "v1", "latest"])
def test_odd_names_are_names(alice_key: str, save: Save, name: str) -> None:
    save(PHI, name=name)
    asked_for = f"alice/playground/{name}"
    assert ask(alice_key, asked_for).json()["model"] == asked_for
    assert asked_for in ids(alice_key)
    if name != "..":
        assert get(alice_key, f"/models/{quote(asked_for)}:v0").json()["id"] == f"{asked_for}:v0"


@pytest.mark.parametrize("name", ["a/b/\0", "//", "a//b", "/a/b", "a/b/", "a/b/c:", "a/b/c:v1:v2", "a/b/" + "c" * 9999])
def test_what_is_no_name_is_no_model(alice_key: str, save: Save, name: str) -> None:
    save(PHI)
    assert error_of(ask(alice_key, name))[:2] == (404, "model_not_found")


def test_an_ordinary_name_costs_no_look_at_saved_ones(alice_key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def looked(*_: Any) -> None:
        raise AssertionError("it was looked for")

    monkeypatch.setattr(saved_models, "_read", looked)
    assert ask(alice_key, PHI).status_code == 200
    assert ask(alice_key, "no/such").status_code == 404


def test_what_stands_for_a_placeholder_is_not_looked_into_and_has_an_end(alice_key: str, save: Save) -> None:
    save(PHI, {"role": "system", "content": "{a}"})
    assert ask(alice_key, headers=TRACED, template_vars={"a": "{b}", "b": "{a}"}).status_code == 200
    assert traced()["inputs"]["messages"][0]["content"] == "{b}"
    save(PHI, {"role": "system", "content": "{a}" * 5000})
    assert error_of(ask(alice_key, template_vars={"a": "x" * 5000}))[:2] == (400, "too_long")


@pytest.mark.parametrize("said", ["x", {"content": "x"}, {"role": "nobody", "content": "x"}])
def test_a_prompt_whose_messages_are_none_is_a_mistake(alice_key: str, save: Save, alice: User, said: Any) -> None:
    project = Project.objects.get(team__slug="alice")
    space = Space(project.pk, project.path, alice.pk)
    prompt = {"_type": "MessagesPrompt", "messages": [said], "_class_name": "MessagesPrompt", "_bases": []}
    publishing.publish(Visitor(alice), space, "odd", prompt, None)
    save(PHI, prompt=f"weave:///{project.path}/object/odd:latest")
    assert error_of(ask(alice_key))[:2] == (400, "invalid_model")
