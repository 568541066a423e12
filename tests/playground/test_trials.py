"""Several answers to one question in a lane, each of its own making: asked for, stopped, torn, failed."""

from __future__ import annotations

import asyncio
import random
import uuid

import pytest
from django.test import Client

from accounts.models import Project
from billing.models import UsageRecord
from playground.models import Answer, Comparison, Lane, Message
from tests.playground.conftest import OpenTab, drill
from tests.playground.tab import InProcess
from tests.playground.trying import CHOSEN, answers_of, asked, choose, said
from tests.simulator.serving import Simulator

pytestmark = pytest.mark.django_db(transaction=True)


async def test_each_trial_is_a_completion_of_its_own(open_tab: OpenTab, simulated: Simulator, three: Lane) -> None:
    tab, answers = await asked(open_tab, three)
    assert [answer.state for answer in answers] == ["done"] * 3
    assert [answer.message.is_chosen for answer in answers] == [True, False, False]
    assert len({answer.message.text for answer in answers}) == 3
    for answer in answers:
        assert answer.message.text == tab.text[str(answer.pk)] == said(simulated, answer)
    assert len({answer.completion_id for answer in answers} | {answer.trace_id for answer in answers}) == 3
    assert await UsageRecord.objects.filter(pk__in=[answer.completion_id for answer in answers]).acount() == 3
    assert set(tab.lanes) == {"A", "A2", "A3"}


async def test_all_are_given_the_same_but_a_seed(open_tab: OpenTab, three: Lane) -> None:
    _, answers = await asked(open_tab, three)
    bodies = [(answer.request or {})["body"] for answer in answers]
    assert len({body.pop("seed") for body in bodies}) == 3
    assert bodies[0] == bodies[1] == bodies[2]
    assert "trials" not in bodies[0]
    assert len({answer.fingerprint for answer in answers}) == 1


async def test_the_lane_s_own_seed_is_every_trial_s(open_tab: OpenTab, three: Lane) -> None:
    await Lane.objects.filter(pk=three.pk).aupdate(settings={"seed": 7})
    _, answers = await asked(open_tab, three)
    assert [(answer.request or {})["body"]["seed"] for answer in answers] == [7, 7, 7]
    assert len({answer.message.text for answer in answers}) == 1


async def test_a_lane_with_one_trial_is_told_not_a_byte_more(open_tab: OpenTab, lane: Lane) -> None:
    tab, [answer] = await asked(open_tab, lane)
    assert (answer.message.trials, "seed" in (answer.request or {})["body"]) == (None, False)
    [ended] = [frame for frame in tab.frames if frame.get("type") == "ended"]
    assert set(ended) == {"type", "lane", "revision", "answer", "seq", "state", "thinking", "html", "calls"}
    assert {delta[0] for frame in tab.frames for delta in frame.get("d", [])} == {"A"}
    assert not any("data-trial" in frame.get("html", "") for frame in tab.frames)


async def test_trials_never_mix_whatever_is_torn(
    open_tab: OpenTab, simulated: Simulator, comparison: Comparison, alice_client: Client
) -> None:
    """Of both lanes, at their own paces, in a tab that goes away and comes back all the time, and in one that stays."""
    chance = random.Random(5)
    stays, torn = await open_tab(), await open_tab()
    for _ in range(6):
        pace = {"tokens_per_second": chance.choice([300, 1000]), "ttft": chance.random() / 20, "jitter": 0.9}
        drilled = {"simulate": {"text_seed": chance.randint(1, 999), "length": chance.randint(20, 120), **pace}}
        await Lane.objects.aupdate(settings=drilled, trials=chance.randint(2, 5))
        await stays.send("Tell it whole: äöü 你好 🙂")
        while await Answer.objects.running().aexists():
            for _ in range(chance.randint(0, 6)):
                if torn.running:
                    await torn.hear()
            await torn.line.close()
            torn.line = await InProcess.open(alice_client, comparison)
            await torn.resume()
        await asyncio.gather(stays.until_ended(), torn.until_ended())
    texts = []
    async for answer in Answer.objects.select_related("message"):
        texts.append(answer.message.text)
        assert answer.state == "done", answer.error
        assert answer.message.text == said(simulated, answer) == stays.text[str(answer.pk)]
        if str(answer.pk) in torn.text and str(answer.pk) not in torn.shown:
            assert torn.text[str(answer.pk)] == answer.message.text
    assert len(set(texts)) == len(texts) > 20


async def test_a_tab_that_comes_late_is_shown_every_trial(open_tab: OpenTab, three: Lane) -> None:
    await drill(three, tokens_per_second=50, length=2000)
    tab = await open_tab()
    await tab.send("Go on", lanes=["A"])
    await tab.until(lambda _: all(tab.text.get(answer) for answer in tab.running.values()))
    late = await open_tab()
    assert late.running == tab.running
    assert all(late.text[answer] for answer in late.running.values())
    await tab.ask(type="stop", lane="A")
    await asyncio.gather(tab.until_ended(), late.until_ended())
    assert late.text == tab.text


async def test_stop_stops_all_trials_and_keeps_what_came(open_tab: OpenTab, simulated: Simulator, three: Lane) -> None:
    await drill(three, tokens_per_second=50, length=2000)
    tab = await open_tab()
    await tab.send("Go on", lanes=["A"])
    await tab.until(lambda _: all(tab.text.get(answer) for answer in tab.running.values()))
    assert (await tab.ask(type="stop", lane="A"))["type"] == "ack"
    await tab.until_ended()
    answers = await answers_of(three)
    assert [answer.state for answer in answers] == ["stopped"] * 3
    assert [answer.message.text for answer in answers] == [tab.text[str(answer.pk)] for answer in answers]
    requests = (await asyncio.to_thread(simulated.settled))["requests"]
    assert [request["outcome"] for request in requests] == ["disconnected"] * 3


async def test_those_that_find_no_slot_fail_and_the_others_go_on(
    open_tab: OpenTab, three: Lane, project: Project
) -> None:
    await Project.objects.filter(pk=project.pk).aupdate(concurrency=2)
    await drill(three, ttft=3)
    _, answers = await asked(open_tab, three)
    assert sorted(answer.state for answer in answers) == ["done", "done", "failed"]
    [error] = [answer.error for answer in answers if answer.error]
    assert error["who"] == "limit"


async def test_one_that_failed_with_nothing_said_gives_way_to_one_that_spoke(
    open_tab: OpenTab, three: Lane, project: Project
) -> None:
    await Project.objects.filter(pk=project.pk).aupdate(concurrency=2)
    await drill(three, ttft=3)
    tab = await open_tab()
    await tab.send("Well?", lanes=["A"])
    await tab.until(lambda frame: frame.get("state") == "failed")
    failed = await Answer.objects.select_related("message").aget(lane=three, state="failed")
    assert await choose(tab, failed) == "ack"
    await tab.until_ended()
    shown = (await tab.until(lambda frame: frame.get("type") == "lane"))["html"]
    spoke = [answer for answer in await answers_of(three) if answer.state == "done"]
    assert [answer.message.is_chosen for answer in spoke] == [True, False]
    assert CHOSEN.findall(shown) == [str(spoke[0].pk)]
    assert tab.gaps == 0


async def test_one_that_a_dead_server_left_with_nothing_said_gives_way_too(open_tab: OpenTab, three: Lane) -> None:
    _, answers = await asked(open_tab, three)
    await Message.objects.filter(pk=answers[0].pk).aupdate(text="")
    await Answer.objects.filter(pk=answers[0].pk).aupdate(state="queued", process=uuid.uuid4(), ended_at=None)
    await open_tab()
    found = await answers_of(three)
    assert [answer.state for answer in found] == ["failed", "done", "done"]
    assert [answer.message.is_chosen for answer in found] == [False, True, False]


async def test_where_all_failed_the_first_stays_chosen(open_tab: OpenTab, three: Lane) -> None:
    await drill(three, status=500)
    _, answers = await asked(open_tab, three)
    assert [answer.state for answer in answers] == ["failed"] * 3
    assert [answer.message.is_chosen for answer in answers] == [True, False, False]
