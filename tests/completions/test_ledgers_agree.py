"""What the simulator says it generated is what our books say was used, under the written policy."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import pytest

from accounts.caller import Caller
from billing.models import UsageRecord
from completions.receipt import Receipt
from tests.completions.stage import Running, chat, in_thread, whole
from tests.simulator.serving import Simulator

pytestmark = pytest.mark.usefixtures("simulated")
ENDS: list[dict[str, Any]] = [
    {},
    {"no_usage": True},
    {"no_done": True},
    {"cut_after": 7},
    {"error_after": 5},
    {"crlf": True},
]


async def stopped(caller: Caller, tokens: int) -> Receipt:
    running = Running(caller, chat(simulate={"stall_after": tokens, "length": 60}))
    for _ in range(tokens):
        await running.token()
    return await running.stop()


async def test_forty_answers_with_every_kind_of_end(caller: Caller, simulator: Simulator) -> None:
    chance = random.Random(7)
    asked = [whole(caller, chat(simulate={"length": chance.randint(8, 40), **chance.choice(ENDS)})) for _ in range(30)]
    await asyncio.gather(*asked, *(stopped(caller, chance.randint(1, 30)) for _ in range(10)))
    ledger = await asyncio.to_thread(simulator.settled)
    generated = {entry["request_id"]: entry["billed"]["completion_tokens"] for entry in ledger["requests"]}
    booked = await booked_tokens()
    assert booked == generated
    assert len(booked) == 40


@in_thread
def booked_tokens() -> dict[str, int]:
    return {str(record.pk): record.completion_tokens for record in UsageRecord.objects.all()}


async def test_reported_usage_agrees_in_the_prompt_too(caller: Caller, simulator: Simulator) -> None:
    receipts = [await whole(caller, chat(f"Question {number}")) for number in range(5)]
    ledger = await asyncio.to_thread(simulator.settled)
    prompts = {entry["request_id"]: entry["billed"]["prompt_tokens"] for entry in ledger["requests"]}
    assert {str(receipt.id): receipt.prompt_tokens for receipt in receipts} == prompts
