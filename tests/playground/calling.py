"""Lanes whose models call functions, and results that people give."""

from __future__ import annotations

from typing import Any

from playground.models import Answer, Lane, Message
from tests.playground.conftest import drill
from tests.playground.tab import Tab

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
