"""Trials that call functions: only the chosen one's calls wait for results, and the lane goes on from it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from django.test import Client

from playground.mocks import MOST_ROUNDS
from playground.models import Answer, Comparison, Lane, Message
from tests.playground.calling import WEATHER, body_of, give
from tests.playground.conftest import OpenTab, drill, page_of
from tests.playground.tab import Tab
from tests.playground.test_mocks import FUNCTION

pytestmark = pytest.mark.django_db(transaction=True)


async def set_up(letter: str = "A", **fields: Any) -> Lane:
    await Lane.objects.filter(letter=letter).aupdate(**{"trials": 3, **fields})
    lane = await Lane.objects.aget(letter=letter)
    await drill(lane, call_with=[WEATHER])
    return lane


async def trials_of(letter: str = "A") -> list[Message]:
    found = Message.objects.filter(lane__letter=letter, trials__isnull=False).select_related("answer")
    return [message async for message in found.order_by("trial")]


async def after_trials(letter: str = "A") -> list[Message]:
    found = Message.objects.filter(lane__letter=letter, trials=None, role="assistant").select_related("answer")
    return [message async for message in found.order_by("pk")]


async def asked(open_tab: OpenTab, *letters: str, **fields: Any) -> tuple[Tab, list[Message]]:
    for letter in letters or ("A",):
        await set_up(letter, **fields)
    tab = await open_tab()
    await tab.send("What is the weather in Oslo?", lanes=list(letters or ("A",)))
    await tab.until_ended()
    return tab, await trials_of()


async def choose(tab: Tab, message: Message) -> None:
    assert (await tab.ask(type="choose", message=str(message.pk)))["type"] == "ack"


def states(html: str) -> list[str]:
    return [part.split('"')[0] for part in html.split('data-call-state="')[1:]]


async def test_each_trial_calls_and_only_the_chosen_ones_calls_wait(
    open_tab: OpenTab, alice_client: Client, comparison: Comparison
) -> None:
    tab, trials = await asked(open_tab)
    assert [tab.calls[str(each.pk)] for each in trials] == [[["get_weather", '{"city": "Oslo"}']]] * 3
    ended = {frame["answer"]: states(frame["calls"]) for frame in tab.frames if frame.get("type") == "ended"}
    assert ended == {str(each.pk): ["open" if each.trial == 1 else "other"] for each in trials}
    page = await page_of(alice_client, comparison)
    assert [state for state in states(page) if state != "writing"] == ["open", "other", "other"]
    assert tab.gaps == 0


async def test_a_result_for_another_trial_is_refused_until_that_one_is_chosen(open_tab: OpenTab) -> None:
    tab, trials = await asked(open_tab)
    refused = await give(tab, message=str(trials[1].pk))
    assert (refused["code"], "Use this one first" in refused["message"]) == ("not_chosen", True)
    await choose(tab, trials[1])
    [chosen] = [frame for frame in tab.frames if frame.get("type") == "chosen"]
    assert {message: states(html) for message, html in chosen["calls"].items()} == {
        str(each.pk): ["open" if each.trial == 2 else "other"] for each in trials
    }
    assert (await give(tab, message=str(trials[0].pk)))["code"] == "not_chosen"
    assert (await give(tab, message=str(trials[1].pk)))["type"] == "ack"
    await tab.until_ended()
    assert [call.result for each in await trials_of() for call in each.calls] == [None, "12 degrees", None]


async def test_what_follows_results_is_one_answer_told_of_the_chosen_call_alone(open_tab: OpenTab) -> None:
    tab, trials = await asked(open_tab)
    await give(tab, message=str(trials[0].pk))
    await tab.until_ended()
    [answer] = await after_trials()
    assert "12 degrees" in answer.text
    assert [each["role"] for each in body_of(answer.made_by)["messages"]] == ["user", "assistant", "tool"]
    assert (answer.turn, answer.trials) == (trials[0].turn, None)


async def test_what_follows_results_is_one_answer_when_it_is_asked_for_again_too(open_tab: OpenTab) -> None:
    tab, trials = await asked(open_tab)
    await give(tab, message=str(trials[0].pk))
    await tab.until_ended()
    for _ in range(2):
        [before] = await after_trials()
        assert (await tab.ask(type="retry", message=str(before.pk)))["type"] == "ack"
        await tab.until_ended()
        [after] = await after_trials()
        assert after.pk != before.pk
    assert len(await trials_of()) == 3


async def test_a_result_goes_to_the_chosen_trials_of_all_lanes(open_tab: OpenTab) -> None:
    tab, trials = await asked(open_tab, "A", "B")
    assert (await give(tab, message=str(trials[0].pk), lanes=["A", "B"]))["type"] == "ack"
    await tab.until_ended()
    for letter in "AB":
        results = [call.result for each in await trials_of(letter) for call in each.calls]
        assert results == ["12 degrees", None, None]
        assert len(await after_trials(letter)) == 1


async def test_with_mocks_the_lane_goes_on_once_when_all_trials_are_over(open_tab: OpenTab) -> None:
    await set_up(mocks={"get_weather": "12 degrees"}, is_mocked=True)
    tab = await open_tab()
    await tab.send("What is the weather in Oslo?", lanes=["A"])
    await tab.until(lambda _: len(tab.ended) == 4)
    trials, [answer] = await trials_of(), await after_trials()
    assert [call.by for each in trials for call in each.calls] == ["mock", "", ""]
    assert "12 degrees" in answer.text
    began = (await Answer.objects.aget(message=answer.pk)).started_at
    assert all(each.answer.ended_at and each.answer.ended_at <= began for each in trials)


async def test_mocks_of_a_lane_with_trials_come_to_an_end_too(open_tab: OpenTab) -> None:
    settings = {"tools": [FUNCTION], "tool_choice": "required"}
    await Lane.objects.filter(letter="A").aupdate(
        trials=2, mocks={"get_weather": "12 degrees"}, is_mocked=True, settings=settings
    )
    tab = await open_tab()
    await tab.send("What is the weather in Oslo?", lanes=["A"])
    await tab.until(lambda _: len(tab.ended) == MOST_ROUNDS + 2)
    assert not tab.running
    assert len(await after_trials()) == MOST_ROUNDS


async def test_choosing_one_whose_calls_all_have_mocks_lets_the_lane_go_on(open_tab: OpenTab) -> None:
    tab, trials = await asked(open_tab)
    await Lane.objects.filter(letter="A").aupdate(mocks={"get_weather": "12 degrees"}, is_mocked=True)
    await choose(tab, trials[1])
    await tab.until_ended()
    [answer] = await after_trials()
    assert "12 degrees" in answer.text
    assert [call.by for each in await trials_of() for call in each.calls] == ["", "mock", ""]
    assert tab.gaps == 0


async def test_a_double_click_on_one_with_mocks_lets_the_lane_go_on_once(open_tab: OpenTab) -> None:
    tab, trials = await asked(open_tab)
    await Lane.objects.filter(letter="A").aupdate(mocks={"get_weather": "12 degrees"}, is_mocked=True)
    await asyncio.gather(choose(tab, trials[1]), choose(await open_tab(), trials[1]))
    await tab.until_ended()
    await choose(tab, trials[1])
    assert len(await after_trials()) == 1
    assert tab.gaps == 0


@pytest.mark.parametrize("fields", [{"mocks": {"get_time": "noon"}}, {"is_mocked": False}])
async def test_choosing_waits_where_mocks_are_lacking_or_not_to_be_given(
    open_tab: OpenTab, fields: dict[str, Any]
) -> None:
    tab, trials = await asked(open_tab)
    mocked = {"mocks": {"get_weather": "12 degrees"}, "is_mocked": True}
    await Lane.objects.filter(letter="A").aupdate(**mocked | fields)
    await choose(tab, trials[1])
    assert not tab.running
    assert await after_trials() == []
    assert [call.is_open for each in await trials_of() for call in each.calls] == [True] * 3


async def test_choosing_while_another_trial_runs_waits_for_its_end(open_tab: OpenTab) -> None:
    await set_up(mocks={"get_weather": "12 degrees"}, is_mocked=True)
    await drill(await Lane.objects.aget(letter="A"), call_with=[WEATHER], ttft=3)
    tab = await open_tab()
    await tab.send("What is the weather in Oslo?", lanes=["A"])
    await choose(tab, (await trials_of())[1])
    await tab.until(lambda _: len(tab.ended) == 4)
    assert [call.by for each in await trials_of() for call in each.calls] == ["", "mock", ""]
    assert len(await after_trials()) == 1


async def test_what_waited_waits_no_more_once_something_else_is_said(open_tab: OpenTab) -> None:
    tab, trials = await asked(open_tab)
    await tab.ask(type="add", text="Never mind", lanes=["A"])
    shown = [frame for frame in tab.frames if frame.get("type") == "lane"][-1]
    assert states(shown["html"]) == ["left", "other", "other"]
    assert (await give(tab, message=str(trials[0].pk)))["code"] == "not_waiting"
