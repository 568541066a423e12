"""Asking a lane again."""

from __future__ import annotations

import uuid

import pytest

from playground.models import Answer, Lane, Message
from tests.playground.conftest import OpenTab, drill

pytestmark = pytest.mark.django_db(transaction=True)


async def test_retrying_a_question_drops_what_follows_in_that_lane_only(open_tab: OpenTab, lane: Lane) -> None:
    tab = await open_tab()
    for question in ("First?", "Second?"):
        await tab.send(question)
        await tab.until_ended()
    first = await Message.objects.filter(lane=lane).afirst()
    assert first is not None
    await tab.ask(type="retry", message=str(first.pk))
    await tab.until_ended()
    assert [message.role async for message in lane.messages.all()] == ["user", "assistant"]
    assert await Message.objects.exclude(lane=lane).acount() == 4


async def test_retrying_an_answer_replaces_it(open_tab: OpenTab) -> None:
    tab = await open_tab()
    await tab.send("Well?", lanes=["A"])
    await tab.until_ended()
    old = await Answer.objects.aget()
    await tab.ask(type="retry", message=str(old.pk))
    await tab.until_ended()
    new = await Answer.objects.aget()
    assert new.pk != old.pk
    assert new.request == old.request


async def test_a_failed_answer_can_be_asked_for_again(open_tab: OpenTab, lane: Lane) -> None:
    await drill(lane, status=500, times=1, key="once")
    tab = await open_tab()
    await tab.send("Well?", lanes=["A"])
    await tab.until_ended()
    await drill(lane)
    await tab.ask(type="retry", message=tab.lanes["A"])
    await tab.until_ended()
    assert (await Answer.objects.aget()).state == "done"


async def test_a_message_that_is_gone_or_a_stranger_s_is_refused(open_tab: OpenTab) -> None:
    tab = await open_tab()
    refused = await tab.ask(type="retry", message=str(uuid.uuid4()))
    assert refused["code"] == "message_not_found"


async def test_an_answer_without_a_question_cannot_be_retried(open_tab: OpenTab, lane: Lane) -> None:
    message = await Message.objects.acreate(lane=lane, role="assistant", text="Hello.")
    tab = await open_tab()
    assert (await tab.ask(type="retry", message=str(message.pk)))["code"] == "nothing_to_answer"
    assert await lane.messages.acount() == 1
