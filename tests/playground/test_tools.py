"""Models call functions, people give the results, and the lane goes on."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.test import Client

from playground.models import Comparison, Lane, Message
from playground.tool_calls import NO_RESULT
from tests.playground.calling import TIME, WEATHER, asked, body_of, give, last
from tests.playground.conftest import OpenTab, drill
from tests.playground.tab import Tab

pytestmark = pytest.mark.django_db(transaction=True)


async def test_a_call_streams_and_is_kept(open_tab: OpenTab) -> None:
    tab = await open_tab()
    await asked(tab, WEATHER, TIME)
    message = await last()
    assert tab.calls[str(message.pk)] == [["get_weather", '{"city": "Oslo"}'], ["get_time", "{}"]]
    assert [(call.id, call.name, call.arguments) for call in message.calls] == [
        ("call_1", "get_weather", '{"city": "Oslo"}'),
        ("call_2", "get_time", "{}"),
    ]
    ended = next(frame for frame in tab.frames if frame.get("type") == "ended")
    assert ended["calls"].count('data-call-state="open"') == 2
    assert await Message.objects.acount() == 2, "it waits"


async def test_a_result_lets_the_lane_go_on(open_tab: OpenTab) -> None:
    tab = await open_tab()
    await asked(tab)
    assert (await give(tab))["type"] == "ack"
    await tab.until_ended()
    answer = await last()
    assert "12 degrees" in answer.text
    assert body_of(answer.made_by)["messages"] == [
        {"role": "user", "content": "What is the weather in Oslo?"},
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [
                {
                    "id": "call_1",
                    "type": "function",
                    "function": {"name": "get_weather", "arguments": '{"city": "Oslo"}'},
                }
            ],
        },
        {"role": "tool", "tool_call_id": "call_1", "content": "12 degrees"},
    ]
    question = await Message.objects.filter(role="user").aget()
    assert answer.turn == question.turn


async def test_of_parallel_calls_it_waits_for_the_last(open_tab: OpenTab) -> None:
    tab = await open_tab()
    await asked(tab, WEATHER, TIME)
    message = str((await last()).pk)
    await give(tab, "noon", call="call_2", message=message)
    assert not tab.running
    await give(tab, message=message)
    await tab.until_ended()
    told = [each for each in body_of((await last()).made_by)["messages"] if each["role"] == "tool"]
    assert [(each["tool_call_id"], each["content"]) for each in told] == [("call_1", "12 degrees"), ("call_2", "noon")]


async def test_one_result_goes_to_all_lanes_that_made_the_call(open_tab: OpenTab) -> None:
    tab = await open_tab()
    await drill(await Lane.objects.aget(letter="A"), call_with=[WEATHER])
    await drill(
        await Lane.objects.aget(letter="B"),
        call_with=[{"name": "get_weather", "arguments": '{ "city":"Oslo" }', "id": "other"}],
    )
    await tab.send("What is the weather in Oslo?")
    await tab.until_ended()
    assert (await give(tab, lanes=["A", "B"]))["type"] == "ack"
    assert set(tab.running) == {"A", "B"}
    await tab.until_ended()
    for letter in "AB":
        assert "12 degrees" in (await last(letter)).text
        told = body_of((await last(letter)).made_by)["messages"][-1]
        assert told["tool_call_id"] == ("call_1" if letter == "A" else "other")


async def test_a_lane_that_made_another_call_refuses_it_for_all(open_tab: OpenTab) -> None:
    tab = await open_tab()
    await asked(tab)
    await asked(tab, TIME, lanes=("B",))
    refused = await give(tab, lanes=["A", "B"])
    assert (refused["code"], "Lane B" in refused["message"]) == ("not_waiting", True)
    assert (await last()).calls[0].is_open


async def test_two_tabs_and_a_double_click_are_one_result_and_one_continuation(open_tab: OpenTab) -> None:
    tab, other = await open_tab(), await open_tab()
    await asked(tab)
    message, number = str((await last()).pk), str(uuid.uuid4())
    assert (await give(tab, message=message, id=number))["type"] == "ack"
    assert (await give(tab, message=message, id=number))["type"] == "ack"
    refused = await give(other, "13 degrees", message=message)
    assert refused["code"] in ("not_waiting", "lane_running")
    await tab.until_ended()
    assert await Message.objects.acount() == 3
    called = await Message.objects.aget(pk=message)
    assert called.calls[0].result == "12 degrees"
    await other.until_ended()
    assert any('data-call-state="given"' in frame.get("html", "") for frame in other.frames), "every tab sees it"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"call": "call_9"}, "call_not_found"),
        ({"text": "x" * 200_001}, "result_too_long"),
        ({"text": ""}, "bad_frame"),
        ({"text": "a\0b"}, "bad_frame"),
        ({"message": str(uuid.uuid4())}, "message_not_found"),
        ({"lanes": ["H"]}, "lane_not_found"),
    ],
)
async def test_a_result_that_cannot_be_is_refused_with_a_sentence(
    open_tab: OpenTab, changes: dict[str, Any], code: str
) -> None:
    tab = await open_tab()
    await asked(tab)
    refused = (
        await tab.ask(
            **{
                "type": "result",
                "message": str((await last()).pk),
                "call": "call_1",
                "text": "x",
                "id": str(uuid.uuid4()),
            }
            | changes
        )
        if code != "bad_frame"
        else await _unreadable(tab, changes)
    )
    assert refused["code"] == code
    assert refused["message"].endswith(".")
    assert (await last()).calls[0].is_open


async def _unreadable(tab: Tab, changes: dict[str, Any]) -> dict[str, Any]:
    """What cannot be read has no id to be answered with."""
    frame = {"type": "result", "message": str((await last()).pk), "call": "call_1", "id": str(uuid.uuid4())}
    await tab.tell(**frame | changes)
    return await tab.until(lambda frame: frame.get("type") == "error")


async def test_only_its_owner_gives_results(open_tab: OpenTab, bob_client: Client) -> None:
    tab = await open_tab()
    await asked(tab)
    await Comparison.objects.aupdate(sharing="copy")
    reader = await open_tab(bob_client)
    assert (await give(reader))["code"] == "read_only"


async def test_a_message_sent_meanwhile_says_that_there_was_none(open_tab: OpenTab) -> None:
    tab = await open_tab()
    await asked(tab)
    called = str((await last()).pk)
    await drill(await Lane.objects.aget(letter="A"))
    await tab.send("Never mind.", lanes=["A"])
    await tab.until_ended()
    told = body_of((await last()).made_by)["messages"]
    assert [each["role"] for each in told] == ["user", "assistant", "tool", "user"]
    assert told[2]["content"] == NO_RESULT
    assert (await give(tab, message=called))["code"] == "not_waiting"
    assert any('data-call-state="left"' in frame.get("html", "") for frame in tab.frames)


async def test_a_call_that_was_stopped_is_neither_answered_nor_sent(open_tab: OpenTab) -> None:
    tab = await open_tab()
    lane = await Lane.objects.aget(letter="A")
    await drill(lane, call_with=[WEATHER], stall_after=3)
    await tab.send("What is the weather in Oslo?", lanes=["A"])
    await tab.until(lambda frame: any(len(delta) == 5 for delta in frame.get("d", ())))
    await tab.ask(type="stop", lane=None)
    await tab.until_ended()
    (call,) = (await last()).calls
    assert (call.name, call.is_cut) == ("get_weather", True)
    assert (await give(tab))["code"] == "call_not_found"
    await drill(lane)
    await tab.send("Go on.", lanes=["A"])
    await tab.until_ended()
    assert [each["role"] for each in body_of((await last()).made_by)["messages"]] == ["user", "user"]


async def test_what_streams_is_in_a_snapshot(open_tab: OpenTab) -> None:
    tab = await open_tab()
    await drill(await Lane.objects.aget(letter="A"), call_with=[WEATHER], stall_after=5)
    await tab.send("What is the weather in Oslo?", lanes=["A"])
    await tab.until(lambda frame: any(len(delta) == 5 and delta[4][0][2] for delta in frame.get("d", ())))
    other = await open_tab()
    name, arguments = other.calls[other.running["A"]][0]
    assert name == "get_weather"
    assert arguments
    assert '{"city": "Oslo"}'.startswith(arguments)


async def test_a_retry_of_what_followed_sends_the_result_again(open_tab: OpenTab) -> None:
    tab = await open_tab()
    await asked(tab)
    await give(tab)
    await tab.until_ended()
    before = body_of((await last()).made_by)
    await tab.ask(type="retry", message=str((await last()).pk))
    await tab.until_ended()
    assert body_of((await last()).made_by)["messages"] == before["messages"]
    assert await Message.objects.acount() == 3


async def test_deleting_a_call_deletes_its_result(open_tab: OpenTab, alice_client: Client) -> None:
    tab = await open_tab()
    await asked(tab)
    called = await last()
    await give(tab)
    await tab.until_ended()
    await sync_to_async(alice_client.post)(f"/playground/messages/{called.pk}/delete")
    lane = await Lane.objects.select_related("comparison").aget(letter="A")
    page = await sync_to_async(alice_client.get)(f"/playground/lanes/{lane.pk}/request")
    assert "tool_call" not in page.content.decode()
