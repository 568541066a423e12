"""Saved models are found: in the picker, in the palette, by the Playground's address."""

from __future__ import annotations

import tracemalloc
from typing import Any

import pytest
from django.test import Client

from accounts.models import Project, User
from inference_catalog.models import Model
from playground.models import Comparison, Lane, Message
from tests.playground.saving import NAME, SETTINGS, at, change, publish, save, set_up
from tracing import json_text
from tracing.models import Object
from tracing.saved_models.content import Content, value_of

__all__ = ["set_up"]


def test_the_picker_shows_saved_models_and_why_some_cannot_be_used(
    alice_client: Client, set_up: Lane, project: Project, alice: User
) -> None:
    assert "Saved models" not in alice_client.get(at(set_up, "picker")).content.decode()
    save(alice_client, set_up)
    assert 'data-submenu="saved"' in alice_client.get(at(set_up, "picker")).content.decode()
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


def test_of_long_ones_the_picker_reads_whom_they_ask_alone(
    alice_client: Client, set_up: Lane, project: Project, alice: User
) -> None:
    said = {"role": "system", "content": "Long. " * 300_000}
    for number in range(6):
        content = Content(set_up.model.model_id, {"temperature": number}, (said,))
        publish(project, alice, value_of(content), f"long-{number}")
    publish(project, alice, value_of(Content("openai/gpt-nowhere", {}, (said,))), "long-elsewhere")
    tracemalloc.start()
    page = alice_client.get(at(set_up, "picker")).content.decode()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert page.count("alice/playground/long-0 llama 3.1 8b") == 1
    assert "It asks openai/gpt-nowhere, which is not here." in page
    assert most < 2 * len(said["content"]), "less than two of them"
    found = alice_client.get(at(set_up, "picker"), {"q": "long-5 LLAMA"}).content.decode()
    assert found.count("data-pick=") == 1
    refused = alice_client.post(at(set_up, "model"), {"model": "alice/playground/long-5"})
    assert (refused.status_code, "temperature" in refused.content.decode()) == (409, True), "as soon as it is chosen"


def test_only_the_latest_of_a_name_is_in_the_picker(alice_client: Client, set_up: Lane) -> None:
    save(alice_client, set_up)
    change(alice_client, set_up, seed=1)
    alice_client.post(at(set_up, "update"))
    page = alice_client.get(at(set_up, "picker")).content.decode()
    assert page.count(f'data-pick="{NAME}"') == 1
    assert ">v1<" in page


def test_of_a_thousand_the_picker_shows_some_and_finds_the_others(
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
    assert page.count("data-pick=") == 62
    assert "There are more: search for one." in page
    found = alice_client.get(at(set_up, "picker"), {"q": "bot-777 LLAMA"}).content.decode()
    assert found.count("data-pick=") == 1
    assert 'value="alice/playground/bot-777"' in found
    assert "data-pick=" not in alice_client.get(at(set_up, "picker"), {"q": "bot-777 phi"}).content.decode()
    new = alice_client.get(f"/playground/{set_up.comparison_id}/lanes", {"q": "bot-77"}).content.decode()
    assert new.count("data-pick=") == 11


def test_the_palette_finds_them(alice_client: Client, set_up: Lane, models: list[Model]) -> None:
    save(alice_client, set_up)
    for words in ("support", "support llama"):
        groups = alice_client.get("/search", {"q": words}).json()["groups"]
        [entry] = next(group["entries"] for group in groups if group["title"] == "Saved models")
        assert (entry["title"], entry["url"]) == (
            "support-bot:v0", "/playground?saved=alice%2Fplayground%2Fsupport-bot"
        )  # fmt: skip
    first = alice_client.get(f"/playground?saved={NAME}")
    assert Comparison.objects.get(pk=first.headers["Location"].rpartition("/")[2]).lanes.get().title == "support-bot:v0"
    assert alice_client.get(f"/playground?saved={NAME}").headers["Location"] == first.headers["Location"]
    assert alice_client.get(f"/playground?saved={NAME}-2").status_code == 404


def test_the_address_takes_their_names_beside_models(
    alice_client: Client, set_up: Lane, models: list[Model], alice: User, project: Project
) -> None:
    save(alice_client, set_up)
    change(alice_client, set_up, seed=2)
    alice_client.post(at(set_up, "update"))
    address = f"/playground?models={NAME},{models[1].model_id},{NAME}:v0,{NAME}"
    opened = alice_client.get(address).headers["Location"]
    made = Comparison.objects.get(pk=opened.rpartition("/")[2])
    lanes = [(lane.letter, lane.title, lane.settings) for lane in made.lanes.all()]
    assert lanes == [
        ("A", "support-bot:v1", {"seed": 2}),
        ("B", "Phi 4 Mini", {}),
        ("C", "support-bot:v0", SETTINGS),
    ]
    assert alice_client.get(address).headers["Location"] == opened, "untouched, it is used again"
    made.lanes.filter(letter="C").update(is_mocked=True)
    assert alice_client.get(address).headers["Location"] != opened


def test_what_saved_ones_begin_with_is_said_in_their_lanes_alone(
    alice_client: Client, models: list[Model], alice: User, project: Project
) -> None:
    opening = ({"role": "user", "content": "Hello"}, {"role": "assistant", "content": "Good day"})
    publish(project, alice, value_of(Content(models[0].model_id, messages=opening)), "greeter")
    address = f"/playground?models={models[1].model_id},alice/playground/greeter"
    opened = alice_client.get(address).headers["Location"]
    assert list(Message.objects.values_list("lane__letter", "text")) == [("B", "Hello"), ("B", "Good day")]
    assert alice_client.get(address).headers["Location"] == opened
    Message.objects.filter(text="Good day").update(text="Good night")
    other = alice_client.get(address).headers["Location"]
    assert other != opened, "somebody wrote in it"
    Message.objects.latest("pk").delete()
    assert alice_client.get(address).headers["Location"] != other


@pytest.mark.parametrize(
    ("names", "why"),
    [
        (f"{NAME}:v7", f"{NAME}:v7 is not there."),
        (f"{NAME}-2,no/such,{NAME}", f"There is no model called {NAME}-2, no/such."),
        (",".join(f"{NAME}:v{number}" for number in range(9)), "at most 8 lanes; 9 models are named."),
    ],
)
def test_an_address_that_names_what_there_is_not_says_so(
    alice_client: Client, set_up: Lane, names: str, why: str
) -> None:
    save(alice_client, set_up)
    response = alice_client.get("/playground", {"models": names})
    assert response.status_code == 404
    assert why in response.content.decode()
    assert Comparison.objects.count() == 1
