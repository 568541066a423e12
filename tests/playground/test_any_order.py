"""Whatever several tabs do to a comparison in whatever order, all of them show what the server has in the end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest_asyncio
from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.conftest import Serve
from tests.faults.conftest import ROOMY
from tests.faults.size import scaled
from tests.model_ids import LLAMA, PHI
from tests.playground.crowd.acts import TABS, Act, bursts
from tests.playground.crowd.crowd import Crowd
from tests.playground.crowd.quiet import Quiet
from tests.playground.test_processes import REDIS_URL
from tests.playground.wire import Visitor
from tests.serving import Served
from tests.upstreams.talker import Talker

#: Each is some seconds of several tabs, a server and an upstream.
EXAMPLES = scaled(12)
Stage = tuple[list[Served], Visitor, Talker]


@pytest_asyncio.fixture
async def stage(serve: Serve) -> AsyncIterator[Stage]:
    """One process, or two where Redis joins them."""
    async with Talker().serving() as talker, Visitor() as visitor:
        first = await asyncio.to_thread(serve, REDIS_URL=REDIS_URL, **ROOMY)
        first.store.query("UPDATE inference_catalog_provider SET base_url = ? RETURNING id", talker.base_url)
        both = [first, Served(first.store, talker.base_url, REDIS_URL=REDIS_URL, **ROOMY)][: 2 if REDIS_URL else 1]
        for second in both[1:]:
            await asyncio.to_thread(second.start)
        await visitor.sign_in(first)
        yield both, visitor, talker
        for second in both[1:]:
            second.kill()


#: What fails is told as it was drawn: no two runs are timed alike, so that there is little to be made smaller.
often = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@seed(7)
@often
@given(bursts=bursts)
async def test_all_tabs_show_what_the_server_has(stage: Stage, bursts: list[list[Act]]) -> None:
    served, visitor, talker = stage
    talker.mood = "free"
    crowd = Crowd(visitor, served, talker, await new_comparison(visitor, served[0]))
    quiet = Quiet(crowd)
    await crowd.come(TABS)
    try:
        await quiet.comes_after([])
        for burst in bursts:
            await quiet.comes_after(await crowd.burst(burst))
        for tab in crowd.tabs:
            await tab.come_back()
        await quiet.comes_after([])
    finally:
        talker.go_on()
        await crowd.go()


async def new_comparison(visitor: Visitor, served: Served) -> str:
    """Its path; one that is still empty would be used again."""
    comparison = await visitor.compare(served, LLAMA, PHI)
    await visitor.post(served, f"{comparison}/title", title="New")
    return comparison
