"""A thousand requests that end in every way there is, at random: afterwards nothing is held and all slots are free."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.faults.books import add_up
from tests.faults.callers import Call, answered, asked
from tests.faults.size import scaled
from tests.serving import Served
from tests.simulator.serving import Simulator

REQUESTS = scaled(1_000)
#: So many callers at once for fewer slots: some are refused.
CALLERS, SLOTS = 40, 30
Way = Callable[[Served, str, random.Random], Awaitable[int]]


@pytest.fixture(scope="module")
def settings_of_lineup() -> dict[str, str]:
    slots = {"CONCURRENCY_PER_USER": str(SLOTS), "CONCURRENCY_PER_PROJECT": str(SLOTS)}
    return slots | {"UPSTREAM_FIRST_CHUNK_TIMEOUT": "3", "UPSTREAM_IDLE_TIMEOUT": "3", "UPSTREAM_TOTAL_TIMEOUT": "6"}


def ends(**drill: Any) -> Way:
    """Whatever happens, the caller stays for it."""

    async def way(lineup: Served, key: str, chance: random.Random) -> int:
        return (await answered(lineup, key, asked(stream=chance.random() < 0.7, **drill))).status

    return way


def wrong(**members: Any) -> Way:
    async def way(lineup: Served, key: str, _: random.Random) -> int:
        return (await answered(lineup, key, asked(length=3) | members)).status

    return way


async def leaves(lineup: Served, key: str, chance: random.Random) -> int:
    """At any moment, politely or not."""
    body = asked(stream=chance.random() < 0.7, tokens_per_second=200, length=30)
    call = await Call.send(lineup, key, body)
    await asyncio.sleep(chance.random() * 0.3)
    (call.leave if chance.random() < 0.5 else call.reset)()
    return 0


async def sends_half(lineup: Served, key: str, _: random.Random) -> int:
    """A body that was promised and never came."""
    call = await Call.send(lineup, key, asked(length=3) | {"model": "no/such-model"})
    call.writer.write(b"POST /v1/chat/completions HTTP/1.1\r\nContent-Length: 99\r\n\r\n{")
    call.leave()
    return 0


#: How often each, and what it is.
WAYS: list[tuple[int, Way]] = [
    (30, leaves),
    (3, sends_half),
    (15, ends(length=5)),
    (5, ends(status=500)),
    (5, ends(status=400)),
    (5, ends(status=429)),
    (5, ends(cut_after=2)),
    (5, ends(cut_after=0, reset=True)),
    (5, ends(error_after=2)),
    (5, ends(malformed_after=2)),
    (2, ends(stall_before_headers=3600)),
    (2, ends(stall_after=2)),
    (5, ends(no_usage=True, length=4)),
    (4, wrong(model="no/such-model")),
    (4, wrong(messages=[])),
]


async def test_after_a_thousand_ends_of_every_kind_all_slots_are_free(
    lineup: Served, key: str, simulator: Simulator
) -> None:
    chance, room, seen = random.Random(10), asyncio.Semaphore(CALLERS), Counter[int]()

    async def one() -> None:
        async with room:
            (way,) = chance.choices([way for _, way in WAYS], [weight for weight, _ in WAYS])
            seen[await way(lineup, key, chance)] += 1

    await asyncio.gather(*(one() for _ in range(REQUESTS)))
    await asyncio.to_thread(simulator.settled)
    add_up(lineup)
    assert {200, 400, 404, 429, 503} <= set(seen) <= {0, 200, 400, 404, 429, 503}
    again = await asyncio.gather(*(answered(lineup, key, asked(length=3)) for _ in range(SLOTS)))
    assert Counter(call.status for call in again) == {200: SLOTS}
