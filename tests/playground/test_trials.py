"""Several answers to one question in a lane: each of its own making, one of them chosen to go on with."""

from __future__ import annotations

import asyncio
import random
import re
import uuid
from typing import Any

import pytest
from channels.db import database_sync_to_async
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import Project
from billing.models import UsageRecord
from playground import messages
from playground.errors import Refusal
from playground.models import Answer, Comparison, Lane, Message
from tests.playground.conftest import OpenTab, drill
from tests.playground.tab import InProcess, Tab
from tests.simulator.serving import Simulator

CHOSEN = re.compile(r'data-message="([0-9a-f-]+)"[^>]* data-chosen')

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def three(lane: Lane) -> Lane:
    """Lane A, set to three trials."""
    Lane.objects.filter(pk=lane.pk).update(trials=3)
    lane.refresh_from_db()
    return lane


async def answers_of(lane: Lane) -> list[Answer]:
    found = Answer.objects.filter(lane=lane).select_related("message").order_by("message__trial")
    return [answer async for answer in found]


async def asked(open_tab: OpenTab, lane: Lane, question: str = "Well?") -> tuple[Tab, list[Answer]]:
    tab = await open_tab()
    assert (await tab.send(question, lanes=["A"]))["type"] == "ack"
    await tab.until_ended()
    return tab, await answers_of(lane)


async def choose(tab: Tab, answer: Answer) -> str:
    """Of the frame that answers it, its type or what is wrong."""
    frame = await tab.ask(type="choose", message=str(answer.pk))
    said: str = frame.get("code", frame["type"])
    return said


def said(simulator: Simulator, answer: Answer) -> str:
    text: str = simulator.entry(str(answer.completion_id))["said"][0]["content"]
    return text


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
    await drill(three, ttft=0.5)
    _, answers = await asked(open_tab, three)
    assert sorted(answer.state for answer in answers) == ["done", "done", "failed"]
    [error] = [answer.error for answer in answers if answer.error]
    assert error["who"] == "limit"


async def test_one_that_failed_with_nothing_said_gives_way_to_one_that_spoke(
    open_tab: OpenTab, three: Lane, project: Project
) -> None:
    await Project.objects.filter(pk=project.pk).aupdate(concurrency=2)
    await drill(three, ttft=0.5)
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


async def test_the_lane_goes_on_with_the_chosen_one(open_tab: OpenTab, three: Lane) -> None:
    tab, answers = await asked(open_tab, three)
    assert await choose(tab, answers[1]) == "ack"
    assert tab.chosen["A"] == str(answers[1].pk)
    await tab.send("And then?", lanes=["A"])
    await tab.until_ended()
    second = await Answer.objects.filter(lane=three).exclude(pk__in=[answer.pk for answer in answers]).afirst()
    assert second is not None
    asked_with = [message["content"] for message in (second.request or {})["body"]["messages"]]
    assert asked_with == ["Well?", answers[1].message.text, "And then?"]
    assert tab.gaps == 0


async def test_the_first_is_chosen_by_default(open_tab: OpenTab, three: Lane, alice_client: Client) -> None:
    _, answers = await asked(open_tab, three)
    page = await database_sync_to_async(alice_client.get)(f"/playground/lanes/{three.pk}/request")
    shown = page.content.decode()
    first, *others = [answer.message.text.split(".")[0][:40] for answer in answers]
    assert first in shown
    assert not any(other in shown for other in others if other != first)


async def test_once_the_lane_went_on_the_choice_is_made(open_tab: OpenTab, three: Lane) -> None:
    tab, answers = await asked(open_tab, three)
    await tab.ask(type="add", text="A note", lanes=["A"])
    assert await choose(tab, answers[1]) == "went_on"
    assert [answer.message.is_chosen for answer in await answers_of(three)] == [True, False, False]


async def test_choosing_what_the_lane_went_on_with_changes_nothing(open_tab: OpenTab, three: Lane) -> None:
    tab, answers = await asked(open_tab, three)
    assert await choose(tab, answers[1]) == "ack"
    await tab.ask(type="add", text="A note", lanes=["A"])
    before = await Lane.objects.aget(pk=three.pk)
    assert await choose(tab, answers[1]) == "ack"
    assert (await Lane.objects.aget(pk=three.pk)).revision == before.revision
    assert [answer.message.is_chosen for answer in await answers_of(three)] == [False, True, False]
    assert await choose(tab, answers[0]) == "went_on"


async def test_an_answer_that_is_alone_cannot_be_chosen_away(open_tab: OpenTab, lane: Lane) -> None:
    tab, [answer] = await asked(open_tab, lane)
    assert await choose(tab, answer) == "ack"
    assert [answer.message.is_chosen for answer in await answers_of(lane)] == [True]


async def test_two_tabs_that_choose_at_once_agree(open_tab: OpenTab, three: Lane) -> None:
    tab, answers = await asked(open_tab, three)
    other = await open_tab()
    for _ in range(5):
        said = await asyncio.gather(choose(tab, answers[1]), choose(other, answers[2]))
        assert set(said) == {"ack"}
    [chosen] = [answer for answer in await answers_of(three) if answer.message.is_chosen]
    for each in (tab, other):
        await each.resume()
        assert each.chosen["A"] == str(chosen.pk)


async def test_the_database_takes_one_choice_and_each_number_once(three: Lane) -> None:
    def add(**place: Any) -> None:
        with transaction.atomic():
            Message.objects.create(lane=three, role="assistant", **place)

    trials = uuid.uuid4()
    await database_sync_to_async(add)(trials=trials, trial=1)
    for wrong in ({"trial": 2}, {"trial": 1, "is_chosen": False}):
        with pytest.raises(IntegrityError):
            await database_sync_to_async(add)(trials=trials, **wrong)
    await database_sync_to_async(add)(trials=trials, trial=2, is_chosen=False)


async def test_one_trial_is_asked_for_again_in_its_place(open_tab: OpenTab, three: Lane) -> None:
    tab, before = await asked(open_tab, three)
    await tab.ask(type="retry", message=str(before[1].pk))
    await tab.until_ended()
    after = await answers_of(three)
    assert [answer.message.trial for answer in after] == [1, 2, 3]
    assert (after[0].pk, after[2].pk) == (before[0].pk, before[2].pk)
    assert after[1].pk != before[1].pk
    assert after[1].state == "done"
    assert after[1].fingerprint == before[1].fingerprint
    assert [answer.message.is_chosen for answer in after] == [True, False, False]


@pytest.mark.parametrize("by", ["question", "all"])
async def test_the_turn_is_asked_again_with_as_many_as_are_set_now(open_tab: OpenTab, three: Lane, by: str) -> None:
    tab, before = await asked(open_tab, three)
    await Lane.objects.filter(pk=three.pk).aupdate(trials=2)
    question = await three.messages.aget(role="user")
    which = {"message": str(question.pk)} if by == "question" else {"message": str(before[2].pk), "all": True}
    await tab.ask(type="retry", **which)
    await tab.until_ended()
    after = await answers_of(three)
    assert [answer.message.trial for answer in after] == [1, 2]
    assert not {answer.pk for answer in after} & {answer.pk for answer in before}


async def test_retrying_an_earlier_trial_drops_what_follows(open_tab: OpenTab, three: Lane) -> None:
    tab, first = await asked(open_tab, three)
    await tab.send("And then?", lanes=["A"])
    await tab.until_ended()
    await tab.ask(type="retry", message=str(first[2].pk))
    await tab.until_ended()
    assert [message.role async for message in three.messages.all()] == ["user"] + ["assistant"] * 3


async def test_trials_without_a_question_cannot_be_retried(open_tab: OpenTab, three: Lane) -> None:
    tab, answers = await asked(open_tab, three)
    await three.messages.filter(role="user").adelete()
    for whole in (False, True):
        refused = await tab.ask(type="retry", message=str(answers[0].pk), all=whole)
        assert refused["code"] == "nothing_to_answer"
    assert len(await answers_of(three)) == 3


async def test_where_the_chosen_one_is_deleted_the_first_of_the_others_is(
    open_tab: OpenTab, three: Lane, alice_client: Client
) -> None:
    _, answers = await asked(open_tab, three)
    await database_sync_to_async(alice_client.post)(f"/playground/messages/{answers[0].pk}/delete")
    left = await answers_of(three)
    assert [(answer.message.trial, answer.message.is_chosen) for answer in left] == [(2, True), (3, False)]
    await database_sync_to_async(alice_client.post)(f"/playground/messages/{answers[1].pk}/delete")
    page = await database_sync_to_async(alice_client.get)(f"/playground/messages/{answers[2].pk}")
    assert "data-trial" not in page.content.decode(), "the last one is an answer like any other"


async def test_what_the_lane_went_on_from_is_deleted_with_its_siblings(
    open_tab: OpenTab, three: Lane, alice_client: Client
) -> None:
    tab, answers = await asked(open_tab, three)
    await tab.ask(type="add", text="A note", lanes=["A"])
    await database_sync_to_async(alice_client.post)(f"/playground/messages/{answers[0].pk}/delete")
    assert [message.role async for message in three.messages.all()] == ["user", "user"]


async def test_one_that_was_chosen_meanwhile_is_deleted_as_the_chosen_one(open_tab: OpenTab, three: Lane) -> None:
    tab, answers = await asked(open_tab, three)
    seen_before = await Message.objects.select_related("lane").aget(pk=answers[1].pk)
    assert await choose(tab, answers[1]) == "ack"
    await database_sync_to_async(messages.delete)(seen_before)
    left = await answers_of(three)
    assert [(answer.message.trial, answer.message.is_chosen) for answer in left] == [(1, True), (3, False)]
    with pytest.raises(Refusal, match="not there any more"):
        await database_sync_to_async(messages.delete)(seen_before)
