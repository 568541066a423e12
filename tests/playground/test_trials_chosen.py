"""Of several answers to one question one is chosen to go on with, asked for again, deleted."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

import pytest
from channels.db import database_sync_to_async
from django.db import IntegrityError, transaction
from django.test import Client

from playground import messages
from playground.errors import Refusal
from playground.models import Answer, Lane, Message
from tests.playground.conftest import OpenTab
from tests.playground.trying import answers_of, asked, choose

pytestmark = pytest.mark.django_db(transaction=True)


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
