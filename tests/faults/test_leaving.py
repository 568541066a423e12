"""A caller leaves, at every moment there is: the provider stops, and what it had generated is what is billed."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

import pytest

from tests.faults.books import add_up, records
from tests.faults.callers import Call, asked
from tests.serving import Served
from tests.simulator.serving import Simulator

REPEATS = 100
LENGTH, SOME = 12, 5
Leaving = Callable[[Call, Simulator], Awaitable[None]]


async def asked_for(call: Call, simulator: Simulator) -> None:
    """The provider has all requests; nothing of an answer is here."""
    while (await asyncio.to_thread(simulator.ledger))["totals"]["requests"] < REPEATS:
        await asyncio.sleep(0.5)
    call.leave()


async def in_the_middle(call: Call, _: Simulator) -> None:
    await call.until(b'"content":', SOME + 1)
    call.leave()


async def with_a_reset(call: Call, _: Simulator) -> None:
    await call.until(b'"content":', SOME + 1)
    call.reset()


async def after_the_last_word(call: Call, _: Simulator) -> None:
    """All was said; neither finish nor usage came."""
    await call.until(b'"content":', LENGTH + 1)
    call.leave()


async def after_the_finish(call: Call, _: Simulator) -> None:
    """All came but the usage: the provider takes its time for it."""
    await call.until(b'"finish_reason":"stop"')
    call.leave()


async def right_after_done(call: Call, _: Simulator) -> None:
    await call.until(b"data: [DONE]")
    call.leave()


class Kind(NamedTuple):
    leave: Leaving
    drill: dict[str, Any]
    record: tuple[str, str, int]
    outcome: str = "disconnected"


KINDS = [
    Kind(asked_for, {"stall_before_headers": 3600}, ("stopped", "estimated", 0)),
    Kind(asked_for, {"stall_after": 0}, ("stopped", "estimated", 0)),
    Kind(in_the_middle, {"stall_after": SOME}, ("stopped", "estimated", SOME)),
    Kind(with_a_reset, {"stall_after": SOME}, ("stopped", "estimated", SOME)),
    Kind(after_the_last_word, {"stall_after": LENGTH}, ("stopped", "estimated", LENGTH)),
    Kind(right_after_done, {}, ("completed", "reported", LENGTH), outcome="completed"),
]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: f"{kind.leave.__name__}-{'-'.join(kind.drill)}")
async def test_a_caller_leaves(
    lineup: Served, key: str, simulator: Simulator, kind: Kind, request: pytest.FixtureRequest
) -> None:
    body, name = asked(**kind.drill, length=LENGTH), request.node.name

    async def come_and_go() -> None:
        await kind.leave(await Call.send(lineup, key, body, name=name), simulator)

    await asyncio.gather(*(come_and_go() for _ in range(REPEATS)))
    ledger = await asyncio.to_thread(simulator.settled)
    add_up(lineup)
    assert Counter(entry["outcome"] for entry in ledger["requests"]) == {kind.outcome: REPEATS}
    assert Counter(records(lineup, name)) == {kind.record: REPEATS}
    assert {entry["billed"]["completion_tokens"] for entry in ledger["requests"]} == {kind.record[2]}
