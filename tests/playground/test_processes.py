"""Two processes, joined by PostgreSQL and Redis: an answer written by one is seen and stopped at the other."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator

import pytest

from tests.conftest import Serve
from tests.model_ids import PHI
from tests.playground.wire import Visitor, errors_of
from tests.serving import Served
from tests.simulator.serving import Simulator

REDIS_URL = os.environ.get("REDIS_URL", "")
MODEL = PHI

pytestmark = pytest.mark.skipif(not REDIS_URL, reason="needs REDIS_URL and DATABASE_URL")


@pytest.fixture
def two(serve: Serve, simulator: Simulator) -> Iterator[tuple[Served, Served]]:
    first = serve(REDIS_URL=REDIS_URL)
    second = Served(first.store, simulator.base_url, REDIS_URL=REDIS_URL)
    second.start()
    yield first, second
    second.kill()


async def test_the_other_process_shows_the_same(two: tuple[Served, Served], simulator: Simulator) -> None:
    simulator.drill(tokens_per_second=100, length=1000)
    async with Visitor() as visitor:
        await visitor.sign_in(two[0])
        comparison = await visitor.compare(two[0], MODEL)
        here = await visitor.tab(two[0], comparison)
        await here.send("Both of you")
        await here.until(lambda frame: "d" in frame)
        there = await visitor.tab(two[1], comparison)
        assert there.running
        await asyncio.gather(here.until_ended(), there.until_ended())
        assert here.text == there.text
        [said] = here.text.values()
        assert said == simulator.entry(simulator.ledger()["requests"][0]["id"])["said"][0]["content"]


async def test_stop_at_the_other_process_closes_the_upstream(two: tuple[Served, Served], simulator: Simulator) -> None:
    simulator.drill(stall_after=3)
    async with Visitor() as visitor:
        await visitor.sign_in(two[0])
        comparison = await visitor.compare(two[0], MODEL)
        here, there = await visitor.tab(two[0], comparison), await visitor.tab(two[1], comparison)
        for number in range(5):
            await here.send("Again")
            await there.until(lambda frame: "d" in frame)
            assert (await there.ask(type="stop", lane="A"))["type"] == "ack"
            await asyncio.gather(here.until_ended(), there.until_ended())
            requests = (await asyncio.to_thread(simulator.settled))["requests"]
            assert [request["outcome"] for request in requests] == ["disconnected"] * (number + 1)


async def test_the_dead_process_s_answer_is_said_to_be_interrupted(
    two: tuple[Served, Served], simulator: Simulator
) -> None:
    simulator.drill(tokens_per_second=100, length=2000)
    async with Visitor() as visitor:
        await visitor.sign_in(two[0])
        comparison = await visitor.compare(two[0], MODEL)
        here, there = await visitor.tab(two[0], comparison), await visitor.tab(two[1], comparison)
        await here.send("Half of it")
        await there.until(lambda frame: len(there.text[there.lanes["A"]]) > 500)
        await asyncio.to_thread(two[0].kill)
        await there.resume()
        assert set(there.ended.values()) == {"failed"}
        assert errors_of(two[1])[0]["code"] == "interrupted"
