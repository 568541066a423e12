"""Several answers to one question, asked for and read."""

from __future__ import annotations

import re

from playground.models import Answer, Lane
from tests.playground.conftest import OpenTab
from tests.playground.tab import Tab
from tests.simulator.serving import Simulator

CHOSEN = re.compile(r'data-message="([0-9a-f-]+)"[^>]* data-chosen')


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
