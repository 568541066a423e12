"""An organization may want answers stopped when nobody watches them."""

from __future__ import annotations

import asyncio

import pytest

from accounts.models import Organization
from playground import presence
from playground.models import Answer, Lane
from tests.playground.conftest import OpenTab, drill

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presence, "GRACE", 0.1)
    monkeypatch.setattr(presence, "ROLL_CALL", 0.1)


async def left_alone(open_tab: OpenTab, lane: Lane, *, tabs: int) -> str:
    """The state of an answer some time after the first of `tabs` tabs was closed."""
    await drill(lane, tokens_per_second=20, length=2000)
    first, *_ = [await open_tab() for _ in range(tabs)]
    await first.send("Go on", lanes=["A"])
    await first.line.close()
    await asyncio.sleep(0.6)
    return (await Answer.objects.aget()).state


async def test_it_stops_when_the_last_tab_is_closed(open_tab: OpenTab, lane: Lane) -> None:
    await Organization.objects.aupdate(stops_when_left=True)
    state = await left_alone(open_tab, lane, tabs=1)
    async with asyncio.timeout(20):
        while state != "stopped":
            await asyncio.sleep(0.1)
            state = (await Answer.objects.aget()).state


async def test_it_goes_on_while_another_tab_is_open(open_tab: OpenTab, lane: Lane) -> None:
    await Organization.objects.aupdate(stops_when_left=True)
    assert await left_alone(open_tab, lane, tabs=2) != "stopped"


async def test_it_goes_on_where_nobody_asked_for_that(open_tab: OpenTab, lane: Lane) -> None:
    assert await left_alone(open_tab, lane, tabs=1) != "stopped"
