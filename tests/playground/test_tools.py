"""Models call functions, people give the results, and the lane goes on."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.test import Client

from inference_catalog.models import Model
from playground.models import Answer, Comparison, Lane, Message
from playground.tool_calls import NO_RESULT
from tests.playground.conftest import OpenTab, drill
from tests.playground.tab import Tab

pytestmark = pytest.mark.django_db(transaction=True)

WEATHER = {"name": "get_weather", "arguments": '{"city": "Oslo"}', "id": "call_1"}
TIME = {"name": "get_time", "arguments": "{}", "id": "call_2"}


async def asked(tab: Tab, *calls: dict[str, str], lanes: tuple[str, ...] = ("A",), **simulate: Any) -> None:
    """The lanes' models call these functions."""
    for letter in lanes:
        lane = await Lane.objects.aget(letter=letter, closed_at=None)
        await drill(lane, call_with=list(calls or (WEATHER,)), **simulate)
    await tab.send("What is the weather in Oslo?", lanes=list(lanes))
    await tab.until_ended()


async def last(letter: str = "A") -> Message:
    found = await Message.objects.filter(lane__letter=letter).select_related("answer").order_by("pk").alast()
    assert found is not None
    return found


async def give(
    tab: Tab, text: str = "12 degrees", call: str = "call_1", letter: str = "A", **rest: Any
) -> dict[str, Any]:
    message = rest.pop("message", None) or str((await last(letter)).pk)
    return await tab.ask(**{"type": "result", "message": message, "call": call, "text": text} | rest)


def body_of(answer: Answer | None) -> dict[str, Any]:
    assert answer is not None
    assert answer.request is not None
    body: dict[str, Any] = answer.request["body"]
    return body


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
    page = (await sync_to_async(alice_client.get)(f"/playground/{comparison.pk}")).content.decode()
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
    page = (await sync_to_async(alice_client.get)(f"/playground/{comparison.pk}")).content.decode()
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
    page = (await sync_to_async(alice_client.get)(f"/playground/{comparison.pk}")).content.decode()
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
