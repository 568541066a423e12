"""Mock results: remembered, offered again, and given by Lineup itself, but not for ever."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from playground.mocks import MOST_ROUNDS
from playground.models import Comparison, Lane, Message
from tests.playground.calling import TIME, WEATHER, asked, give, last
from tests.playground.conftest import OpenTab, drill, page_of

pytestmark = pytest.mark.django_db(transaction=True)

FUNCTION = {"type": "function", "function": {"name": "get_weather", "parameters": {"type": "object"}}}


async def set_lane(**fields: Any) -> Lane:
    await Lane.objects.filter(letter="A").aupdate(**fields)
    return await Lane.objects.aget(letter="A")


async def test_a_result_is_remembered_in_the_lanes_it_goes_to(open_tab: OpenTab) -> None:
    tab = await open_tab()
    await asked(tab, lanes=("A", "B"))
    await give(tab, '{"temperature": 12}', lanes=["A", "B"], remember=True)
    await tab.until_ended()
    assert [lane.mocks async for lane in Lane.objects.all()] == [{"get_weather": {"temperature": 12}}] * 2
    assert any(frame.get("type") == "lane-head" for frame in tab.frames)


async def test_a_mock_is_offered_on_the_card(open_tab: OpenTab, alice_client: Client, comparison: Comparison) -> None:
    await set_lane(mocks={"get_weather": {"temperature": "<12>"}})
    tab = await open_tab()
    await asked(tab)
    page = await page_of(alice_client, comparison)
    assert 'data-use-mock="{&quot;temperature&quot;: &quot;&lt;12&gt;&quot;}"' in page


async def test_a_lane_that_is_set_so_goes_on_by_itself(open_tab: OpenTab) -> None:
    await set_lane(mocks={"get_weather": "12 degrees"}, is_mocked=True)
    tab = await open_tab()
    await drill(await Lane.objects.aget(letter="A"), call_with=[WEATHER])
    await tab.send("What is the weather in Oslo?", lanes=["A"])
    await tab.until(lambda _: len(tab.ended) == 2)
    assert "12 degrees" in (await last()).text
    called = await Message.objects.filter(role="assistant").afirst()
    assert called is not None
    assert (called.calls[0].result, called.calls[0].by) == ("12 degrees", "mock")


async def test_it_waits_where_one_of_the_calls_has_no_mock(open_tab: OpenTab) -> None:
    await set_lane(mocks={"get_weather": "12 degrees"}, is_mocked=True)
    tab = await open_tab()
    await asked(tab, WEATHER, TIME)
    assert all(call.is_open for call in (await last()).calls)


async def test_a_model_that_calls_for_ever_is_given_ten_results_and_then_waits(
    open_tab: OpenTab, alice_client: Client, comparison: Comparison
) -> None:
    settings = {"tools": [FUNCTION], "tool_choice": "required"}
    lane = await set_lane(mocks={"get_weather": "12 degrees"}, is_mocked=True, settings=settings)
    tab = await open_tab()
    await tab.send("What is the weather in Oslo?", lanes=["A"])
    await tab.until(lambda _: len(tab.ended) == MOST_ROUNDS + 1)
    assert await lane.messages.filter(role="assistant").acount() == MOST_ROUNDS + 1
    (call,) = (await last()).calls
    assert call.is_open
    page = await page_of(alice_client, comparison)
    assert "ten times in a row and stopped there" in page
    await give(tab, call=call.id)
    await tab.until(lambda _: len(tab.ended) == 2 * MOST_ROUNDS + 2)
    assert await lane.messages.filter(role="assistant").acount() == 2 * MOST_ROUNDS + 2, "so many again"


async def test_a_stop_ends_the_loop(open_tab: OpenTab) -> None:
    settings = {"tools": [FUNCTION], "tool_choice": "required", "simulate": {"ttft": 5}}
    lane = await set_lane(mocks={"get_weather": "12 degrees"}, is_mocked=True, settings=settings)
    tab = await open_tab()
    await tab.send("What is the weather in Oslo?", lanes=["A"])
    await tab.until(lambda frame: frame.get("type") == "ended")
    assert (await tab.ask(type="stop", lane=None))["type"] == "ack"
    await tab.until_ended()
    assert await lane.messages.filter(role="assistant").acount() == 2
    assert (await last()).answer.state == "stopped"


async def test_too_many_mocks_are_refused_and_nothing_is_given(open_tab: OpenTab) -> None:
    await set_lane(mocks={"other": "x" * 99_990})
    tab = await open_tab()
    await asked(tab)
    assert (await give(tab, remember=True))["code"] == "too_many_mocks"
    assert (await last()).calls[0].is_open


def test_mocks_are_edited_with_the_lane_s_settings(alice_client: Client, lane: Lane) -> None:
    mocks = {"get_weather": {"temperature": 12}, "get_time": "noon"}
    path = f"/playground/lanes/{lane.pk}/settings"
    alice_client.post(path, {"mocks": json.dumps(mocks), "is_mocked": "on", "is_traced": "on"})
    lane.refresh_from_db()
    assert (lane.mocks, lane.is_mocked, lane.settings) == (mocks, True, {})
    assert lane.customized == ["Mock results", "Calls of functions"]
    assert "&quot;temperature&quot;: 12" in alice_client.get(path).content.decode()
    alice_client.post(path, {"mocks": "", "is_mocked": ""})
    lane.refresh_from_db()
    assert (lane.mocks, lane.is_mocked) == ({}, False)


@pytest.mark.parametrize(
    ("mocks", "sentence"),
    [
        ("[]", "an object with a result under the name of each function"),
        ('{"f": ""}', "a result cannot be empty"),
        ('{"": 1}', "a function has a name"),
        ("{", "Line 1, column 2"),
    ],
)
def test_a_mistake_in_mocks_is_named(alice_client: Client, lane: Lane, mocks: str, sentence: str) -> None:
    page = alice_client.post(f"/playground/lanes/{lane.pk}/settings", {"mocks": mocks, "is_traced": "on"})
    assert sentence in page.content.decode()


def test_mocks_go_with_a_duplicate_and_an_export(alice_client: Client, comparison: Comparison, lane: Lane) -> None:
    Lane.objects.filter(pk=lane.pk).update(mocks={"f": [1]}, is_mocked=True)
    alice_client.post(f"/playground/lanes/{lane.pk}/duplicate")
    copy = comparison.lanes.get(letter="C")
    assert (copy.mocks, copy.is_mocked) == ({"f": [1]}, True)
    exported = json.loads(alice_client.get(f"/playground/{comparison.pk}/export.json").content)
    assert (exported["lanes"][0]["mocks"], exported["lanes"][0]["is_mocked"]) == ({"f": [1]}, True)
