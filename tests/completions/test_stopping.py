"""A completion that is stopped, whenever that happens, closes its upstream and is settled once."""

from __future__ import annotations

import asyncio

import pytest

from accounts.caller import Caller
from billing import writer
from billing.models import Account, Reservation, UsageRecord
from completions import routes
from completions.engine import open_completion
from tests.completions.stage import MODEL, Running, books, chat, in_thread
from tests.simulator.serving import Simulator

pytestmark = pytest.mark.usefixtures("simulated")


def busy(simulator: Simulator) -> None:
    while not simulator.ledger()["totals"]["running"]:
        pass


async def test_stopped_before_the_first_token_it_pays_the_prompt_alone(caller: Caller, simulator: Simulator) -> None:
    running = Running(caller, chat(simulate={"stall_after": 0}))
    await asyncio.to_thread(busy, simulator)
    receipt = await running.stop()
    assert (receipt.outcome, receipt.certainty, receipt.completion_tokens) == ("stopped", "estimated", 0)
    assert receipt.prompt_tokens > 0
    assert (await asyncio.to_thread(simulator.settled))["totals"]["disconnected"] == 1


async def test_stopped_in_the_middle_it_pays_what_was_generated(caller: Caller, simulator: Simulator) -> None:
    running = Running(caller, chat(simulate={"stall_after": 5}))
    for _ in range(5):
        await running.token()
    receipt = await running.stop()
    assert (receipt.outcome, receipt.certainty, receipt.completion_tokens) == ("stopped", "estimated", 5)
    ledger = await asyncio.to_thread(simulator.settled)
    assert ledger["requests"][0]["outcome"] == "disconnected"
    assert ledger["requests"][0]["billed"]["completion_tokens"] == 5


async def test_stopped_it_frees_its_slot_and_all_it_held(caller: Caller) -> None:
    running = Running(caller, chat(simulate={"stall_after": 1}))
    await running.token()
    receipt = await running.stop()
    rows = await books(receipt.id)
    assert rows.reservation.state == Reservation.State.SETTLED
    assert rows.account.held == 0
    assert rows.record.cost == receipt.cost == receipt.prompt_tokens * 10**6 + 2 * 10**6


async def test_cancelled_right_after_the_last_event_it_is_completed(caller: Caller) -> None:
    running = Running(caller, chat())
    while await running.events.get() is not None:
        pass
    receipt = await running.stop()
    assert (receipt.outcome, receipt.certainty, receipt.finish_reason) == ("completed", "reported", "stop")


async def test_cancelled_twice_it_is_settled_once(caller: Caller) -> None:
    running = Running(caller, chat(simulate={"stall_after": 3}))
    await running.token()
    running.task.cancel()
    await asyncio.sleep(0)
    receipt = await running.stop()
    assert (await books(receipt.id)).record.outcome == UsageRecord.Outcome.STOPPED


async def test_left_by_its_reader_it_is_stopped(caller: Caller) -> None:
    async with open_completion(caller, chat(simulate={"stall_after": 2})) as completion:
        await completion.connect()
        async for _ in completion:
            break
    assert (await completion.receipt()).outcome == "stopped"


async def test_never_connected_it_costs_nothing(caller: Caller) -> None:
    async with open_completion(caller, chat()) as completion:
        pass
    receipt = await completion.receipt()
    assert (receipt.outcome, receipt.cost) == ("stopped", 0)
    assert (await books(receipt.id)).reservation.state == Reservation.State.VOIDED


async def test_broken_by_its_reader_it_failed_and_pays_what_was_delivered(caller: Caller) -> None:
    completion = open_completion(caller, chat(simulate={"stall_after": 2}))

    async def read() -> None:
        async with completion:
            await completion.connect()
            async for event in completion:
                if completion.meter.completion_tokens == 2:
                    raise ZeroDivisionError(event)

    with pytest.raises(ZeroDivisionError):
        await read()
    receipt = await completion.receipt()
    assert (receipt.outcome, receipt.completion_tokens) == ("failed", 2)
    assert receipt.error == {"code": "server_error", "message": "The server had an error while processing your request"}


@pytest.mark.parametrize("steps", range(0, 40, 3))
async def test_given_up_while_it_waits_to_be_admitted_it_holds_nothing(caller: Caller, steps: int) -> None:
    await routes.route(MODEL, None)
    opening = asyncio.create_task(open_completion(caller, chat()).__aenter__())
    for _ in range(steps):
        await asyncio.sleep(0)
    if opening.cancel():
        await asyncio.gather(opening, return_exceptions=True)
        await asyncio.wrap_future(writer.run(lambda: None))
        await asyncio.wrap_future(writer.run(lambda: None))
        assert await held() == (0, 0)


@in_thread
def held() -> tuple[int, int]:
    running = Reservation.objects.filter(state=Reservation.State.RUNNING).count()
    return running, sum(Account.objects.values_list("held", flat=True))
