"""What the next message may cost is told of each lane before it is written."""

from __future__ import annotations

import re
import tracemalloc
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Project
from billing.accounts import account_of
from billing.models import ListPrice, Plan, PriceList
from completions import estimate
from inference_catalog.models import Model
from playground.models import Answer, Attachment, Comparison, Image, Lane, Message
from playground.prompt import request_body
from playground.tool_calls import Call
from tests.playground.conftest import OpenTab

pytestmark = pytest.mark.django_db(transaction=True)


def told(client: Client, comparison: Comparison) -> dict[str, dict[str, str]]:
    """By lane, what its row says to the page."""
    response = client.get(f"/playground/{comparison.pk}/estimate")
    assert response.status_code == 200
    rows = re.findall(r'<tr data-cost-lane="(.)"([^>]*)>', response.content.decode())
    return {letter: dict(re.findall(r'data-(\w+)="([^"]*)"', members)) for letter, members in rows}


def test_it_tells_prices_and_tokens_of_each_lane(alice_client: Client, comparison: Comparison) -> None:
    rows = told(alice_client, comparison)
    expected = {"prompt": "8", "answer": "500", "limit": "", "trials": "1", "input": "500000", "output": "1500000"}
    assert rows == {"A": expected, "B": expected}


def test_only_its_owner_is_told(bob_client: Client, comparison: Comparison) -> None:
    assert bob_client.get(f"/playground/{comparison.pk}/estimate").status_code == 404


def test_what_is_said_and_set_already_counts(alice_client: Client, comparison: Comparison, lane: Lane) -> None:
    Message.objects.create(lane=lane, role="user", text="é" * 200)
    Lane.objects.filter(pk=lane.pk).update(
        system_prompt="x" * 100, settings={"max_tokens": 200, "temperature": 1}, trials=3
    )
    row = told(alice_client, comparison)["A"]
    assert (row["prompt"], row["answer"], row["limit"], row["trials"]) == (str(3 * 8 + 128), "200", "200", "3")


def test_no_lane_asks_the_database_often_however_much_was_said(
    alice_client: Client, comparison: Comparison, lane: Lane
) -> None:
    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            told(alice_client, comparison)
        return len(asked)

    def talk() -> None:
        Message.objects.create(lane=lane, role="user", text="Why?")
        said = Message.objects.create(lane=lane, role="assistant", text="So.")
        model = lane.model.model_id
        Answer.objects.create(message=said, lane=lane, model=model, state="done", certainty="reported")

    talk()
    before = questions()
    for _ in range(20):
        talk()
    assert questions() == before
    comparison.lanes.exclude(pk=lane.pk).delete()
    assert before - questions() < 10


def test_a_model_without_a_price_says_nothing(alice_client: Client, comparison: Comparison, lane: Lane) -> None:
    lane.model = Model.objects.create(model_id="a/priceless", name="Priceless")
    lane.save()
    assert list(told(alice_client, comparison)) == ["B"]


def test_an_organization_is_told_its_own_prices(
    alice_client: Client, comparison: Comparison, project: Project, models: list[Model]
) -> None:
    prices = PriceList.objects.create(name="Contract")
    ListPrice.objects.create(price_list=prices, model=models[0].model_id, input=7, output=11)
    Plan.objects.filter(slug="free").update(price_list=prices)
    account_of(project.team.organization_id)
    rows = told(alice_client, comparison)
    assert [(row["input"], row["output"]) for row in rows.values()] == [("7", "11"), ("500000", "1500000")]


async def test_what_the_provider_counted_is_not_estimated(
    open_tab: OpenTab, alice_client: Client, comparison: Comparison, lane: Lane
) -> None:
    tab = await open_tab()
    await tab.send("Hello there.", lanes=["A"])
    await tab.until_ended()
    await Answer.objects.aupdate(prompt_tokens=1000, completion_tokens=50, reasoning_tokens=20)
    row = (await sync_to_async(told)(alice_client, comparison))["A"]
    assert (row["prompt"], row["answer"]) == ("1030", "50")
    await sync_to_async(Message.objects.create)(lane=lane, role="user", text="abcd")
    assert (await sync_to_async(told)(alice_client, comparison))["A"]["prompt"] == str(1030 + 8 + 2)
    question = await Message.objects.aget(text="Hello there.")
    await sync_to_async(alice_client.post)(f"/playground/messages/{question.pk}/edit", {"text": "Changed."})
    assert int((await sync_to_async(told)(alice_client, comparison))["A"]["prompt"]) < 1000


@pytest.mark.parametrize(
    "change",
    [
        {"system_prompt": "Be brief."},
        {"settings": {"temperature": 0.5}},
    ],
)
async def test_what_was_counted_under_other_settings_is_estimated(
    open_tab: OpenTab, alice_client: Client, comparison: Comparison, lane: Lane, change: dict[str, Any]
) -> None:
    tab = await open_tab()
    await tab.send("Hello there.", lanes=["A"])
    await tab.until_ended()
    await Answer.objects.aupdate(prompt_tokens=1000)
    assert int((await sync_to_async(told)(alice_client, comparison))["A"]["prompt"]) > 1000
    await Lane.objects.filter(pk=lane.pk).aupdate(**change)
    assert int((await sync_to_async(told)(alice_client, comparison))["A"]["prompt"]) < 1000


async def test_what_was_counted_with_a_message_that_is_gone_is_estimated(
    open_tab: OpenTab, alice_client: Client, comparison: Comparison
) -> None:
    tab = await open_tab()
    for text in ("One.", "Two."):
        await tab.send(text, lanes=["A"])
        await tab.until_ended()
    await Answer.objects.aupdate(prompt_tokens=1000)
    assert int((await sync_to_async(told)(alice_client, comparison))["A"]["prompt"]) > 1000
    gone = await Message.objects.aget(text="One.")
    await sync_to_async(alice_client.post)(f"/playground/messages/{gone.pk}/delete")
    assert int((await sync_to_async(told)(alice_client, comparison))["A"]["prompt"]) < 1000


def test_what_was_said_is_weighed_and_not_read(alice_client: Client, comparison: Comparison, lane: Lane) -> None:
    text = "A few long words, and ünicode. " * 10_000
    for number in range(20):
        role = "assistant" if number % 2 else "user"
        said = Message.objects.create(lane=lane, role=role, text=text)
    body = [{"role": "assistant" if number % 2 else "user", "content": text} for number in range(20)]
    told(alice_client, comparison)
    tracemalloc.start()
    row = told(alice_client, comparison)["A"]
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert row["prompt"] == str(estimate.prompt({"messages": body})[1])
    assert most < len(text) * 5, "some of the last ones at most"
    assert said.text


def test_images_and_calls_of_functions_weigh_as_they_are_sent(alice_client: Client, comparison: Comparison) -> None:
    Model.objects.update(features=["vision", "tools"])
    lane = comparison.lanes.get(letter="A")
    image = Image.objects.create(comparison=comparison, digest="0" * 64, kind="png", size=9, width=1, height=1)
    Attachment.objects.create(image=image, name="cat.png", message=Message.objects.create(lane=lane, role="user"))
    Attachment.objects.create(
        image=image, name="cat.png", message=Message.objects.create(lane=lane, role="user", text="What is it?")
    )
    call = Call("call_1", "look_up", '{"what": "cat"}', result="A cat.", by="person")
    Message.objects.create(lane=lane, role="assistant", tool_calls=[call.as_json()])
    row = told(alice_client, comparison)["A"]
    assert row["prompt"] == str(estimate.prompt(request_body(lane))[1])
