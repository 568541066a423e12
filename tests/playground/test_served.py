"""Answers belong to the server: what becomes of them when tabs and processes go away."""

from __future__ import annotations

import asyncio

from tests.conftest import Serve
from tests.model_ids import PHI
from tests.playground.wire import Visitor, errors_of
from tests.simulator.serving import Simulator

MODEL = PHI
STATES = "SELECT state FROM playground_answer"
TEXTS = "SELECT text FROM playground_message WHERE role = 'assistant'"


async def test_closing_every_tab_does_not_stop_an_answer(serve: Serve, simulator: Simulator) -> None:
    served = await asyncio.to_thread(serve)
    simulator.drill(tokens_per_second=200, length=300)
    async with Visitor() as visitor:
        await visitor.sign_in(served)
        comparison = await visitor.compare(served, MODEL)
        tab = await visitor.tab(served, comparison)
        await tab.send("Go on without me")
        await tab.until(lambda frame: "d" in frame)
        await tab.line.close()
        await asyncio.to_thread(simulator.settled, 10)
        tab = await visitor.tab(served, comparison)
        await tab.until_ended()
    assert served.store.query(STATES) == [("done",)]
    assert simulator.ledger()["requests"][0]["outcome"] == "completed"


async def test_a_server_that_dies_leaves_what_was_saved_and_says_so(serve: Serve, simulator: Simulator) -> None:
    served = await asyncio.to_thread(serve)
    simulator.drill(tokens_per_second=50, length=2000)
    async with Visitor() as visitor:
        await visitor.sign_in(served)
        comparison = await visitor.compare(served, MODEL)
        tab = await visitor.tab(served, comparison)
        await tab.send("Half of it")
        await tab.until(lambda frame: len(tab.text[tab.lanes["A"]]) > 300)
        while served.store.query(TEXTS) == [("",)]:
            await asyncio.sleep(0.1)
        await asyncio.to_thread(served.kill)
        [request] = (await asyncio.to_thread(simulator.settled))["requests"]
        said = simulator.entry(request["id"])["said"][0]["content"]
        await asyncio.to_thread(served.start)
        tab = await visitor.tab(served, comparison)
        assert set(tab.ended.values()) == {"failed"}
        assert errors_of(served)[0]["code"] == "interrupted"
        [(saved,)] = served.store.query(TEXTS)
        assert saved
        assert said.startswith(saved)
        simulator.reset()
        await tab.ask(type="retry", message=tab.lanes["A"])
        await tab.until_ended()
    assert served.store.query(STATES) == [("done",)]


async def test_every_stop_closes_its_upstream(serve: Serve, simulator: Simulator) -> None:
    """Which would go on for ever: nobody but us can have closed it. How soon it is closed, `make bench` measures."""
    served = await asyncio.to_thread(serve)
    simulator.drill(stall_after=3)
    async with Visitor() as visitor:
        await visitor.sign_in(served)
        tab = await visitor.tab(served, await visitor.compare(served, MODEL))
        for number in range(5):
            await tab.send("Again")
            await tab.until(lambda frame: "d" in frame)
            await tab.ask(type="stop", lane=None)
            await tab.until_ended()
            requests = (await asyncio.to_thread(simulator.settled))["requests"]
            assert [request["outcome"] for request in requests] == ["disconnected"] * (number + 1)
