"""A server that is killed loses nothing but the streams themselves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.conftest import Serve
from tests.faults.books import RUNNING, add_up, records, until
from tests.faults.callers import Call, answered, asked
from tests.serving import Served
from tests.simulator.serving import Simulator

STREAMS, TOKENS = 100, 30
WRITTEN_DOWN = f"{RUNNING} AND checkpoint_output = {TOKENS}"
EXPIRED = "SELECT count(*) FROM billing_reservation WHERE state = 'expired'"
UNPAID = "SELECT count(*) FROM billing_usagerecord WHERE prompt_tokens = 0 OR cost = 0"


@pytest.fixture
def served(serve: Serve, simulator: Simulator) -> Served:
    """There is room for the streams that run, and for no more."""
    del simulator
    return serve(CONCURRENCY_PER_USER=str(STREAMS), CONCURRENCY_PER_PROJECT=str(STREAMS))


@asynccontextmanager
async def half_way(served: Served, key: str, streams: int = STREAMS) -> AsyncIterator[list[Call]]:
    """Streams that have come as far as they will; their callers stay to the end of the block."""
    bodies = [asked(f"Stream {number}", stall_after=TOKENS, length=99) for number in range(streams)]
    calls = await asyncio.gather(*(Call.send(served, key, body) for body in bodies))
    try:
        await asyncio.gather(*(call.until(b'"content":', TOKENS) for call in calls))
        yield calls
    finally:
        for call in calls:
            call.leave()


def kill_and_start(served: Served) -> None:
    served.kill()
    served.start()


async def test_killed_with_a_hundred_streams_half_way_each_ends_once_and_pays_what_was_written_down(
    served: Served, simulator: Simulator
) -> None:
    key = served.key()
    async with half_way(served, key):
        until(served, WRITTEN_DOWN, STREAMS)
        kill_and_start(served)
    assert (await answered(served, key, asked(stream=False, length=3), name="afterwards")).status in (200, 429)
    until(served, EXPIRED, STREAMS)
    add_up(served)
    assert records(served, "faults") == [("failed", "checkpoint", TOKENS)] * STREAMS
    assert served.store.query(UNPAID) == [(0,)]
    assert simulator.settled()["totals"]["disconnected"] == STREAMS


async def test_killed_it_has_all_its_slots_back(served: Served) -> None:
    key = served.key()
    async with half_way(served, key):
        refused = await answered(served, key, asked(stream=False, length=3))
        kill_and_start(served)
    await answered(served, key, asked(stream=False, length=3))
    until(served, EXPIRED, STREAMS)
    async with half_way(served, key) as again:
        assert (refused.status, {call.status for call in again}) == (429, {200})


async def test_stopped_in_order_it_settles_what_was_running(served: Served) -> None:
    async with half_way(served, served.key(), streams=1):
        served.stop()
    add_up(served)
    assert records(served, "faults") == [("stopped", "estimated", TOKENS)]
