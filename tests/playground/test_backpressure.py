"""A tab that does not take what it is sent: the server holds little for it, and goes on hearing it."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from playground import outbox
from playground.outbox import Outbox
from tests.conftest import Serve
from tests.model_ids import LLAMA, PHI, R1
from tests.playground.wire import Visitor, errors_of
from tests.serving import Served
from tests.simulator.serving import Simulator

#: Megabytes that the server's process may grow by; what was asked of it is ten times as much.
LITTLE = 40
LONG = "word " * 180_000


def memory(served: Served) -> float:
    """Megabytes that the server's process holds."""
    assert served.child.process is not None
    status = Path(f"/proc/{served.child.process.pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


@pytest_asyncio.fixture
async def served(serve: Serve) -> Served:
    return await asyncio.to_thread(serve)


@pytest_asyncio.fixture
async def visitor(served: Served) -> AsyncIterator[Visitor]:
    async with Visitor() as visitor:
        await visitor.sign_in(served)
        yield visitor


async def test_resumes_that_are_not_taken_are_not_held(served: Served, visitor: Visitor) -> None:
    comparison = await visitor.compare(served, PHI)
    tab = await visitor.tab(served, comparison)
    await tab.ask(type="add", text=LONG)
    deaf = await visitor.silent_tab(served, comparison)
    before = memory(served)
    for number in range(6):
        for _ in range(60):
            await deaf.tell(type="resume")
        await deaf.tell(type="add", id=str(uuid.uuid4()), text=f"marker {number}")
        await tab.until(lambda frame, mark=f"marker {number}": mark in frame.get("html", ""))
    assert memory(served) - before < LITTLE


async def test_a_stop_passes_by_the_resumes_before_it(served: Served, visitor: Visitor, simulator: Simulator) -> None:
    simulator.drill(stall_after=3)
    comparison = await visitor.compare(served, PHI)
    tab = await visitor.tab(served, comparison)
    await tab.ask(type="add", text=LONG[:400_000])
    await tab.send("Go on")
    deaf = await visitor.silent_tab(served, comparison)
    for _ in range(100):
        await deaf.tell(type="resume")
    await deaf.tell(type="stop", id=str(uuid.uuid4()))
    await tab.until_ended()
    assert set(tab.ended.values()) == {"stopped"}, errors_of(served)


async def test_a_tab_that_takes_no_news_is_let_go_and_may_come_back(served: Served, visitor: Visitor) -> None:
    comparison = await visitor.compare(served, PHI, LLAMA, R1)
    tab = await visitor.tab(served, comparison)
    deaf = await visitor.silent_tab(served, comparison)
    # Much more than the buffers between them take.
    for _ in range(8):
        await tab.ask(type="add", text=LONG)
    with pytest.raises(ConnectionError):
        while True:
            await deaf.line.receive(20)
    again = await visitor.tab(served, comparison)
    assert again.revisions == tab.revisions


async def test_a_tab_that_takes_nothing_for_long_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "PATIENCE", 0)
    let_go = asyncio.Event()

    async def never_taken(text: str) -> None:
        await asyncio.Event().wait()

    waiting = Outbox(never_taken, let_go.set)
    waiting.put("a frame")
    async with asyncio.timeout(20):
        await let_go.wait()
