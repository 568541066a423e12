"""Calls and their results as they are kept: shown, compared, sent again, exported, copied."""

from __future__ import annotations

import json

import pytest
from asgiref.sync import sync_to_async
from django.test import Client

from inference_catalog.models import Model
from playground.models import Comparison, Lane
from tests.playground.calling import WEATHER, asked, body_of, give, last
from tests.playground.conftest import OpenTab, drill, page_of

pytestmark = pytest.mark.django_db(transaction=True)


async def test_an_id_that_the_provider_left_out_is_ours(open_tab: OpenTab) -> None:
    tab = await open_tab()
    await asked(tab, {"name": "get_time", "arguments": ""})
    (call,) = (await last()).calls
    assert call.id
    await give(tab, "noon", call=call.id)
    await tab.until_ended()
    told = body_of((await last()).made_by)["messages"]
    assert told[1]["tool_calls"][0] == {
        "id": call.id,
        "type": "function",
        "function": {"name": "get_time", "arguments": "{}"},
    }


async def test_names_and_arguments_are_text(open_tab: OpenTab, alice_client: Client, comparison: Comparison) -> None:
    tab = await open_tab()
    await asked(
        tab,
        {"name": "<img src=x onerror=alert(1)>", "arguments": '</code><script>alert("x")', "id": '"><b>'},
        {"name": "deep", "arguments": "[" * 600 + "]" * 600, "id": "b"},
    )
    page = await page_of(alice_client, comparison)
    assert "<img src=x" not in page
    assert "<script>alert" not in page
    assert '"><b>' not in page
    assert "These arguments are not valid JSON. Line 1" in page
    assert "These arguments are not valid JSON. It is nested too deeply" in page
    assert "Functions cannot have this name." in page


async def test_huge_arguments_are_shown_from_their_beginning(
    open_tab: OpenTab, alice_client: Client, comparison: Comparison
) -> None:
    tab = await open_tab()
    await asked(
        tab, {"name": "save", "arguments": json.dumps({"text": "word " * 30_000}), "id": "a"}, chunk_tokens=4000
    )
    page = await page_of(alice_client, comparison)
    assert "more characters are not shown here" in page
    assert page.count("word") < 2000


async def test_lanes_that_made_the_same_call_were_given_the_same(open_tab: OpenTab) -> None:
    """The ids of calls are made by chance."""
    tab = await open_tab()
    await drill(await Lane.objects.aget(letter="A"), call_with=[WEATHER])
    await drill(await Lane.objects.aget(letter="B"), call_with=[{**WEATHER, "id": "other"}])
    await tab.send("What is the weather in Oslo?")
    await tab.until_ended()
    await Lane.objects.aupdate(settings={})
    await give(tab, lanes=["A", "B"])
    await tab.until_ended()
    assert (await last("A")).answer.fingerprint == (await last("B")).answer.fingerprint


async def test_a_lane_whose_model_calls_nothing_says_so(
    open_tab: OpenTab, alice_client: Client, comparison: Comparison, models: list[Model]
) -> None:
    await Model.objects.filter(pk=models[0].pk).aupdate(features=["json"])
    page = await page_of(alice_client, comparison)
    assert page.count("data-calls-nothing") == 1


async def test_rounds_of_a_turn_are_compared_one_by_one(open_tab: OpenTab, alice_client: Client) -> None:
    tab = await open_tab()
    await drill(await Lane.objects.aget(letter="A"), call_with=[WEATHER])
    await drill(await Lane.objects.aget(letter="B"), call_with=[WEATHER])
    await tab.send("What is the weather in Oslo?")
    await tab.until_ended()
    called = await last("A")
    await give(tab)
    await tab.until_ended()
    get = sync_to_async(alice_client.get)
    first = (await get(f"/playground/answers/{called.pk}/sent")).content.decode()
    second = (await get(f"/playground/answers/{(await last('A')).pk}/sent")).content.decode()
    assert "The same input" in first
    assert "data-given" not in second, "no other lane has come so far"


async def test_the_text_of_a_message_that_only_calls_may_stay_empty(open_tab: OpenTab, alice_client: Client) -> None:
    tab = await open_tab()
    await asked(tab)
    called = await last()
    post = sync_to_async(alice_client.post)
    await post(f"/playground/messages/{called.pk}/edit", {"text": ""})
    await give(tab, message=str(called.pk))
    await tab.until_ended()
    assert "12 degrees" in (await last()).text


async def test_sent_code_and_exports_have_calls_and_results(
    open_tab: OpenTab, alice_client: Client, comparison: Comparison
) -> None:
    tab = await open_tab()
    await asked(tab)
    await give(tab, '{"temperature": 12, "note": "```"}')
    await tab.until_ended()
    get = sync_to_async(alice_client.get)
    answer = (await last()).pk
    for view in ("sent", "code"):
        page = (await get(f"/playground/answers/{answer}/{view}")).content.decode()
        assert page.count("tool_call_id") == (1 if view == "sent" else 4)
    exported = json.loads((await get(f"/playground/{comparison.pk}/export.json")).content)
    (call,) = exported["lanes"][0]["messages"][1]["tool_calls"]
    assert (call["name"], call["by"], call["result"]) == ("get_weather", "person", '{"temperature": 12, "note": "```"}')
    text = (await get(f"/playground/{comparison.pk}/export.md")).content.decode()
    assert '**Called** `get_weather`\n\n```json\n{"city": "Oslo"}\n```' in text
    assert '````\n{"temperature": 12, "note": "```"}\n````' in text


async def test_a_copy_waits_as_the_original_does(
    open_tab: OpenTab, alice_client: Client, comparison: Comparison
) -> None:
    tab = await open_tab()
    await asked(tab)
    await sync_to_async(alice_client.post)(f"/playground/{comparison.pk}/duplicate")
    copy = await Comparison.objects.exclude(pk=comparison.pk).aget()
    page = (await sync_to_async(alice_client.get)(f"/playground/{copy.pk}")).content.decode()
    assert 'data-call-state="open"' in page
