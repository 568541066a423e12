"""Saying something in lanes, over the socket."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

import pytest
from channels.db import database_sync_to_async
from django.test import Client

from accounts.models import User
from inference_catalog.models import Model
from playground import protocol, sending
from playground.comparisons import start
from playground.models import Answer, Comparison, Lane, Message
from tests.playground.conftest import OpenTab, drill
from tests.playground.tab import Tab
from tests.simulator.serving import Simulator

pytestmark = pytest.mark.django_db(transaction=True)


async def test_every_lane_answers_with_what_its_upstream_sent(open_tab: OpenTab, simulated: Simulator) -> None:
    tab = await open_tab()
    assert (await tab.send("What is a lane?"))["type"] == "ack"
    await tab.until_ended()
    assert set(tab.lanes) == {"A", "B"}
    async for answer in Answer.objects.select_related("message"):
        assert answer.state == "done"
        assert answer.message.text == tab.text[str(answer.pk)] == _said(simulated, answer)
        assert answer.certainty == "reported"


def _said(simulator: Simulator, answer: Answer) -> str:
    """The simulator files a request under the id in its headers, which is the completion's."""
    text: str = simulator.entry(str(answer.completion_id))["said"][0]["content"]
    return text


async def test_an_answer_knows_the_exact_request_without_its_secrets(open_tab: OpenTab) -> None:
    tab = await open_tab()
    await tab.send("Who are you?")
    await tab.until_ended()
    answer = await Answer.objects.afirst()
    assert answer is not None
    assert answer.request is not None
    assert answer.request["body"]["messages"] == [{"role": "user", "content": "Who are you?"}]
    assert answer.completion_id == answer.trace_id is not None


async def test_the_next_question_carries_the_lane_s_own_history(open_tab: OpenTab, lane: Lane) -> None:
    tab = await open_tab()
    for question in ("First?", "Second?"):
        await tab.send(question, lanes=["A"])
        await tab.until_ended()
    first, second = [answer async for answer in Answer.objects.select_related("message").order_by("pk")]
    assert second.request is not None
    assert second.request["body"]["messages"] == [
        {"role": "user", "content": "First?"},
        {"role": "assistant", "content": first.message.text},
        {"role": "user", "content": "Second?"},
    ]


async def test_a_lane_s_settings_are_sent(open_tab: OpenTab, lane: Lane) -> None:
    await Lane.objects.filter(pk=lane.pk).aupdate(settings={"temperature": 0.5}, system_prompt="Be brief.")
    tab = await open_tab()
    await tab.send("Hi", lanes=["A"])
    await tab.until_ended()
    answer = await Answer.objects.aget()
    assert answer.request is not None
    assert answer.request["body"]["temperature"] == 0.5
    assert answer.request["body"]["messages"][0] == {"role": "system", "content": "Be brief."}


async def test_adding_asks_no_model(open_tab: OpenTab, comparison: Comparison) -> None:
    tab = await open_tab()
    assert (await tab.ask(type="add", text="A note", role="system"))["type"] == "ack"
    assert [message.text async for message in Message.objects.all()] == ["A note", "A note"]
    assert not await Answer.objects.aexists()


async def test_the_first_message_names_the_comparison_and_ends_its_draft(
    open_tab: OpenTab, comparison: Comparison
) -> None:
    await Comparison.objects.aupdate(draft="What is\n\n a lane?")
    tab = await open_tab()
    await tab.ask(type="add", text="What is\n\n a lane?")
    await comparison.arefresh_from_db()
    assert (comparison.title, comparison.draft) == ("What is a lane?", "")


async def test_a_name_given_meanwhile_stays(
    open_tab: OpenTab, comparison: Comparison, monkeypatch: pytest.MonkeyPatch
) -> None:
    def named_first(found: Comparison, *rest: Any) -> sending.Done:
        Comparison.objects.filter(pk=found.pk).update(title="Rivers")
        return sending.send(found, *rest)

    monkeypatch.setitem(sending.VERBS, protocol.Send, named_first)
    tab = await open_tab()
    await tab.send("What is a lane?")
    await tab.until_ended()
    await comparison.arefresh_from_db()
    assert comparison.title == "Rivers"


async def test_tabs_hear_of_the_title_once(open_tab: OpenTab) -> None:
    tab = await open_tab()
    for text in ("What is\n\n a lane?", "And a board?"):
        await tab.ask(type="add", text=text)
    assert [frame["title"] for frame in tab.frames if frame.get("type") == "title"][-1:] == ["What is a lane?"]


async def test_tabs_hear_who_answers_and_whether_it_is_simulated(open_tab: OpenTab) -> None:
    tab = await open_tab()
    await tab.send("Who are you?", lanes=["A"])
    await tab.until_ended()
    phases = [frame for frame in tab.frames if frame.get("type") == "phase"]
    assert (phases[-1]["provider"], phases[-1]["is_simulated"]) == ("Simulator", True)


async def test_a_repeated_command_changes_nothing_and_is_acknowledged_again(open_tab: OpenTab) -> None:
    one, other = await open_tab(), await open_tab()
    number = str(uuid.uuid4())
    answers = await asyncio.gather(*(tab.send("Once", id=number, lanes=["A"]) for tab in (one, other, other)))
    assert [answer["type"] for answer in answers] == ["ack", "ack", "ack"]
    assert await Message.objects.filter(role="user").acount() == 1
    await one.until_ended()


async def test_of_two_tabs_that_send_at_once_one_is_refused(open_tab: OpenTab, lane: Lane) -> None:
    await drill(lane, stall_after=3)
    one, other = await open_tab(), await open_tab()
    answers = await asyncio.gather(*(tab.send("Me first", lanes=["A"]) for tab in (one, other)))
    assert sorted(answer["type"] for answer in answers) == ["ack", "error"]
    assert await Answer.objects.acount() == 1
    await one.ask(type="stop", lane="A")
    await one.until_ended()


async def test_a_running_lane_refuses_another_message_with_a_sentence(open_tab: OpenTab, lane: Lane) -> None:
    await drill(lane, stall_after=3)
    tab = await open_tab()
    await tab.send("Slow one")
    refused = await tab.send("Next")
    assert refused["code"] == "lane_running"
    assert refused["message"].startswith("Lane")
    await tab.ask(type="stop", lane=None)
    await tab.until_ended()


async def test_a_lane_that_is_not_there_is_named(open_tab: OpenTab) -> None:
    tab = await open_tab()
    assert (await tab.send("Hi", lanes=["H"]))["message"] == "There is no lane H any more."


async def test_all_tabs_see_the_same(open_tab: OpenTab) -> None:
    one, other = await open_tab(), await open_tab()
    await one.send("Say it to both")
    await asyncio.gather(one.until_ended(), other.until(lambda _: len(other.ended) == 2))
    assert one.text == other.text


async def test_commands_of_two_comparisons_may_have_the_same_id(
    open_tab: OpenTab, comparison: Comparison, models: list[Model], alice: User, alice_client: Client
) -> None:
    tab = await open_tab()
    number = str(uuid.uuid4())
    await tab.ask(type="add", text="Here", id=number)
    other = await database_sync_to_async(start)(alice, comparison.project, models)
    elsewhere = await Tab.open(alice_client, other)
    await elsewhere.ask(type="add", text="And there", id=number)
    await elsewhere.line.close()
    assert await Message.objects.filter(lane__comparison=other).acount() == 2
