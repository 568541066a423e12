"""A caller who leaves is noticed at once, whatever the simulator is doing just then."""

from __future__ import annotations

import asyncio
import socket
import struct
import time
from typing import Any

import pytest
from openai import AsyncOpenAI

from tests.model_ids import LLAMA
from tests.simulator.requests import opened
from tests.simulator.serving import Simulator

MOMENTS = {
    "before the headers": {"stall_before_headers": 60},
    "before the first token": {"ttft": 60},
    "between tokens": {"length": 5000, "tokens_per_second": 50, "ttft": 0},
    "in a stall": {"length": 50, "stall_after": 3},
    "while bytes trickle": {"length": 500, "trickle": 0.01},
}


def left(simulator: Simulator, *, reset: bool = False, **body: Any) -> dict[str, Any]:
    """What the ledger says of a request whose caller leaves long before its end."""
    connection = opened(simulator, **body)
    while not simulator.ledger()["totals"]["running"]:
        time.sleep(0.01)
    time.sleep(0.3)
    if reset:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    at = time.monotonic()
    connection.close()
    (entry,) = simulator.settled()["requests"]
    assert entry["outcome"] == "disconnected"
    assert entry["disconnected"]["monotonic"] > at
    left_with: dict[str, Any] = entry
    return left_with


@pytest.mark.parametrize("when", MOMENTS)
@pytest.mark.parametrize("reset", [False, True])
def test_it_notices_when_the_caller_leaves(simulator: Simulator, when: str, reset: bool) -> None:
    assert left(simulator, reset=reset, simulate=MOMENTS[when])["generated_tokens"] < 5000


def test_it_notices_while_an_answer_in_one_piece_is_made(simulator: Simulator) -> None:
    drill = {"length": 5000, "tokens_per_second": 100, "ttft": 0}
    left(simulator, stream=False, simulate=drill)
    # What was generated is counted when the generating is called off, a moment after the disconnect is noted.
    while not (tokens := simulator.ledger()["requests"][0]["generated_tokens"]):
        time.sleep(0.01)
    assert tokens < 5000


def test_it_generates_nothing_after_that(simulator: Simulator) -> None:
    before = left(simulator, simulate=MOMENTS["between tokens"])["generated_tokens"]
    time.sleep(0.2)
    assert simulator.ledger()["requests"][0]["generated_tokens"] == before
    assert 0 < before < 5000


def test_it_keeps_what_was_said_until_then(simulator: Simulator) -> None:
    left(simulator, simulate={"echo": "a b c d e f", "stall_after": 3})
    (entry,) = simulator.ledger()["requests"]
    assert simulator.entry(entry["id"])["said"] == [{"reasoning": "", "content": "a b c"}]


def test_a_caller_who_reads_to_the_end_has_not_left(simulator: Simulator) -> None:
    with opened(simulator) as connection:
        while connection.recv(65536):
            pass
    assert simulator.settled()["totals"]["completed"] == 1


async def test_cancelling_an_sdk_stream_is_leaving(simulator: Simulator) -> None:
    async with AsyncOpenAI(base_url=simulator.base_url, api_key="any") as asking:
        drill = {"simulate": {"length": 5000, "tokens_per_second": 200, "ttft": 0}}
        request = await asking.chat.completions.create(
            model=LLAMA,
            messages=[{"role": "user", "content": "Hi"}],
            stream=True,
            extra_body=drill,
            extra_headers={"x-request-id": "leaving-1"},
        )
        async for chunk in request:
            if chunk.choices[0].delta.content:
                break
        await request.close()
    await asyncio.to_thread(simulator.settled)
    entry = simulator.entry("leaving-1")
    assert (entry["outcome"], entry["request_id"]) == ("disconnected", "leaving-1")


def test_a_hundred_callers_may_leave_together(simulator: Simulator) -> None:
    callers = [opened(simulator, simulate={"ttft": 60}) for _ in range(100)]
    while simulator.ledger()["totals"]["running"] < 100:
        time.sleep(0.02)
    for caller in callers:
        caller.close()
    assert simulator.settled()["totals"]["disconnected"] == 100
