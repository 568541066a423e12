"""Answers belong to the server: what becomes of them when tabs and processes go away."""

from __future__ import annotations

import asyncio
import time

from tests.conftest import Serve
from tests.playground.wire import Visitor, errors_of
from tests.simulator.serving import Simulator

MODEL = "microsoft/Phi-4-mini-instruct"
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
        await tab.until(lambda frame: frame.get("t") == "d")
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


async def test_stop_closes_the_upstream_within_a_third_of_a_second(serve: Serve, simulator: Simulator) -> None:
    served = await asyncio.to_thread(serve)
    simulator.drill(tokens_per_second=100, length=2000)
    took = []
    async with Visitor() as visitor:
        await visitor.sign_in(served)
        tab = await visitor.tab(served, await visitor.compare(served, MODEL))
        for _ in range(20):
            await tab.send("Again")
            await tab.until(lambda frame: frame.get("t") == "d")
            clicked = time.monotonic()
            await tab.ask(type="stop", lane=None)
            await tab.until_ended()
            ledger = await asyncio.to_thread(simulator.settled)
            took.append(ledger["requests"][-1]["disconnected"]["monotonic"] - clicked)
    assert sorted(took)[18] < 0.3
