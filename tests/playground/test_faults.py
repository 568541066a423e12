"""Faults of our own side: what is in the rows stays so, and goes on."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import DatabaseError, OperationalError

from common.ids import uuid7
from playground import broadcast, control, running, saving, sending
from playground.chunks import ChunkReader
from playground.models import Answer, Comparison, Lane, Message
from tests.playground.calling import WEATHER, last
from tests.playground.conftest import OpenTab, drill
from tests.simulator.serving import Simulator

pytestmark = pytest.mark.django_db(transaction=True)


def fails(*_: Any) -> Any:
    raise DatabaseError("it went away")


async def test_models_are_asked_though_the_tabs_could_not_be_told(
    open_tab: OpenTab, monkeypatch: pytest.MonkeyPatch
) -> None:
    tab = await open_tab()
    with monkeypatch.context() as patch:
        patch.setattr(sending, "messages_html", fails)
        await tab.send("Well?", lanes=["A"])
    await tab.until(lambda _: tab.ended)
    answer = await Answer.objects.select_related("message").aget()
    assert tab.ended == {str(answer.pk): "done"}
    assert answer.message.text != ""


async def test_a_lane_goes_on_by_itself_though_the_tabs_could_not_be_told_of_the_end(
    open_tab: OpenTab, lane: Lane, monkeypatch: pytest.MonkeyPatch
) -> None:
    await Lane.objects.filter(pk=lane.pk).aupdate(mocks={"get_weather": "12 degrees"}, is_mocked=True)
    await drill(lane, call_with=[WEATHER])
    tab = await open_tab()
    feet: list[Any] = []

    def foot_html(answer: Answer) -> str:
        feet.append(answer)
        return "Done" if len(feet) > 1 else fails()

    monkeypatch.setattr(saving, "foot_html", foot_html)
    await tab.send("What is the weather in Oslo?", lanes=["A"])
    await tab.until(lambda _: len(tab.ended) == 2)
    assert "12 degrees" in (await last()).text
    assert not await Answer.objects.running().aexists()


async def test_a_stop_that_comes_before_the_task_does_is_no_empty_word(
    open_tab: OpenTab, simulated: Simulator, lane: Lane, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rows are there, and tabs are still being told of them."""
    await drill(lane, tokens_per_second=20, length=2000)
    here, there = await open_tab(), await open_tab()
    is_told = asyncio.Event()
    loop = asyncio.get_running_loop()

    def slowly(*given: Any) -> Any:
        asyncio.run_coroutine_threadsafe(is_told.wait(), loop).result()
        return broadcast.made(*given)

    monkeypatch.setattr(sending, "made", slowly)
    monkeypatch.setattr(control, "PATIENCE", 20.0)
    asking = asyncio.create_task(here.send("Go on and on", lanes=["A"]))
    async with asyncio.timeout(20):
        while not await Answer.objects.running().aexists():
            await asyncio.sleep(0.01)
    stopping = asyncio.create_task(there.ask(type="stop", lane="A"))
    await asyncio.sleep(1)
    assert not stopping.done()
    is_told.set()
    await asking
    assert (await stopping)["type"] == "ack"
    await there.until_ended()
    assert (await Answer.objects.aget()).state == "stopped"


async def test_what_could_not_be_saved_of_a_silent_answer_is_saved_the_next_time(
    open_tab: OpenTab, lane: Lane, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []
    save, is_away = saving._save, True

    def save_unless_away(rows: list[tuple[Any, dict[str, Any], dict[str, Any]]]) -> None:
        asked.extend("request" in fields for _, _, fields in rows)
        if is_away:
            raise OperationalError("the connection was lost")
        save(rows)

    monkeypatch.setattr(saving, "_save", save_unless_away)
    monkeypatch.setattr(saving, "INTERVAL", 0.1)
    await drill(lane, stall_after=3)
    tab = await open_tab()
    await tab.send("Say three words", lanes=["A"])
    [answer] = running.everything()
    async with asyncio.timeout(20):
        while len(asked) < 10:
            await asyncio.sleep(0.05)
        is_away = False
        while (await Message.objects.aget(role="assistant")).text != answer.buffer.text:
            await asyncio.sleep(0.05)
    assert asked[-1], "the request was not saved either"
    await tab.ask(type="stop", lane="A")
    await tab.until_ended()


async def test_a_fault_of_our_own_is_in_the_log(
    open_tab: OpenTab, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(ChunkReader, "read", fails)
    tab = await open_tab()
    with caplog.at_level(logging.ERROR):
        await tab.send("Well?", lanes=["A"])
        await tab.until_ended()
    answer = await Answer.objects.aget()
    assert answer.error is not None
    assert "The error is in its log." in answer.error["message"]
    assert any(str(answer.pk) in record.getMessage() and record.exc_info for record in caplog.records)


async def test_all_tabs_hear_of_an_answer_whose_process_died(
    open_tab: OpenTab, comparison: Comparison, lane: Lane
) -> None:
    """Whichever of them finds it so."""
    here, there = await open_tab(), await open_tab()
    message = await Message.objects.acreate(lane=lane, role="assistant", text="Half a")
    await Answer.objects.acreate(message=message, lane=lane, model="m", state="streaming", process=uuid7())
    assert (await here.ask(type="stop", lane="A"))["type"] == "ack"
    for tab in (here, there):
        while not any("Half a" in frame.get("html", "") for frame in tab.frames):
            await tab.hear()
    assert (await Answer.objects.aget()).state == "failed"


async def test_where_no_lane_is_left_it_is_said(open_tab: OpenTab, comparison: Comparison) -> None:
    tab = await open_tab()
    await comparison.lanes.aupdate(closed_at=comparison.created_at)
    refused = await tab.ask(type="send", text="Well?")
    assert refused["message"] == "There is no lane here any more."
    assert not await sync_to_async(Message.objects.exists)()
