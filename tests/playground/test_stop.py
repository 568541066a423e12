"""Stopping, in any phase."""

from __future__ import annotations

import asyncio

import pytest

from playground.models import Answer, Lane
from tests.playground.conftest import OpenTab, drill
from tests.playground.tab import Tab
from tests.simulator.serving import Simulator

pytestmark = pytest.mark.django_db(transaction=True)


async def started(tab: Tab) -> None:
    await tab.until(lambda frame: "d" in frame)


async def test_it_keeps_what_was_generated_and_closes_the_upstream(
    open_tab: OpenTab, simulated: Simulator, lane: Lane
) -> None:
    await drill(lane, tokens_per_second=50, length=2000)
    tab = await open_tab()
    await tab.send("Go on and on", lanes=["A"])
    await started(tab)
    assert (await tab.ask(type="stop", lane="A"))["type"] == "ack"
    await tab.until_ended()
    answer = await Answer.objects.select_related("message").aget()
    assert answer.state == "stopped"
    assert answer.message.text == tab.text[str(answer.pk)] != ""
    assert answer.certainty == "estimated"
    assert (await asyncio.to_thread(simulated.settled))["requests"][0]["outcome"] == "disconnected"


async def test_before_the_first_token(open_tab: OpenTab, simulated: Simulator, lane: Lane) -> None:
    await drill(lane, stall_before_headers=30)
    tab = await open_tab()
    await tab.send("Say nothing", lanes=["A"])
    await tab.until(lambda frame: frame.get("phase") == "connecting")
    await tab.ask(type="stop", lane="A")
    await tab.until_ended()
    assert (await Answer.objects.aget()).state == "stopped"


async def test_right_after_sending(open_tab: OpenTab) -> None:
    tab = await open_tab()
    number = "0190d0c0-0000-7000-8000-000000000001"
    await tab.tell(type="send", id=number, text="Never mind")
    assert (await tab.ask(type="stop", lane=None))["type"] == "ack"
    # A message is acknowledged by the way that it took itself, which may be the longer one.
    while {"type": "ack", "id": number} not in tab.frames:
        await tab.hear()
    await tab.until_ended()
    assert not await Answer.objects.running().aexists()


async def test_other_lanes_go_on(open_tab: OpenTab, lane: Lane) -> None:
    await drill(lane, tokens_per_second=50, length=2000)
    tab = await open_tab()
    await tab.send("Both")
    await started(tab)
    await tab.ask(type="stop", lane="A")
    await tab.until_ended()
    states = {answer.lane.letter: answer.state async for answer in Answer.objects.select_related("lane")}
    assert states == {"A": "stopped", "B": "done"}


async def test_stopping_twice_or_when_nothing_runs_is_acknowledged(open_tab: OpenTab, lane: Lane) -> None:
    await drill(lane, tokens_per_second=50, length=2000)
    one, other = await open_tab(), await open_tab()
    await one.send("Go on", lanes=["A"])
    await started(one)
    answers = await asyncio.gather(*(tab.ask(type="stop", lane="A") for tab in (one, other)))
    assert [answer["type"] for answer in answers] == ["ack", "ack"]
    await one.until_ended()
    assert (await one.ask(type="stop", lane=None))["type"] == "ack"


async def test_every_stop_closes_its_upstream(open_tab: OpenTab, simulated: Simulator, lane: Lane) -> None:
    """Which would go on for ever: nobody but us can have closed it. How soon it is closed, `make bench` measures."""
    await drill(lane, stall_after=3)
    tab = await open_tab()
    for number in range(5):
        await tab.send("Again", lanes=["A"])
        await started(tab)
        await tab.ask(type="stop", lane="A")
        await tab.until_ended()
        requests = (await asyncio.to_thread(simulated.settled))["requests"]
        assert [request["outcome"] for request in requests] == ["disconnected"] * (number + 1)
