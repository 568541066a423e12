"""When a provider fails before its first byte, another connection or another provider answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from pytest_django.fixtures import Settings

from accounts.caller import Caller
from inference_catalog.models import Model
from scripts.children import free_port
from tests.completions.scripted import Scripted, answer, closing, event, silent
from tests.completions.stage import books, chat, in_thread, serve, whole
from tests.simulator.serving import Simulator


@pytest.fixture
def serve_both(model: Model, simulator: Simulator) -> Callable[[str], None]:
    """A provider at this address is asked first, then the simulator."""

    def both(first: str) -> None:
        serve(model, "first", first, priority=1)
        serve(model, "second", simulator.base_url, priority=2)

    return both


async def test_one_that_cannot_be_reached_is_passed_over(caller: Caller, serve_both: Callable[[str], None]) -> None:
    await in_thread(serve_both)(f"http://127.0.0.1:{free_port()}/v1")
    receipt = await whole(caller, chat())
    assert (receipt.outcome, receipt.provider) == ("completed", "Second")
    assert (await books(receipt.id)).record.provider == "second"


@pytest.mark.parametrize("status", [401, 403, 404, 408, 429, 500, 502, 503])
async def test_one_that_answers_with_a_fault_of_its_own_is_passed_over(
    caller: Caller, serve_both: Callable[[str], None], status: int
) -> None:
    async with Scripted(answer(status, b'{"error": {"message": "no"}}')) as first:
        await in_thread(serve_both)(first.base_url)
        receipt = await whole(caller, chat())
    assert (receipt.outcome, receipt.provider) == ("completed", "Second")
    assert len(first.requests) == 1


async def test_one_that_closes_the_connection_is_asked_once_more_and_then_passed_over(
    caller: Caller, serve_both: Callable[[str], None]
) -> None:
    async with Scripted(closing) as first:
        await in_thread(serve_both)(first.base_url)
        receipt = await whole(caller, chat())
    assert (receipt.outcome, receipt.provider) == ("completed", "Second")
    assert len(first.requests) == 2


async def test_it_is_given_its_key(caller: Caller, model: Model) -> None:
    complete = event(b'{"choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":"stop"}]}') + event(b"[DONE]")
    async with Scripted(answer(200, complete, kind=b"text/event-stream")) as provider:
        row = await in_thread(serve)(model, "keyed", provider.base_url)
        row.keep_api_key("a-secret")
        await in_thread(row.save)()
        await whole(caller, chat())
    assert provider.requests[0].headers["authorization"] == "Bearer a-secret"


async def test_one_that_is_silent_is_passed_over(
    caller: Caller, serve_both: Callable[[str], None], settings: Settings
) -> None:
    settings.UPSTREAM_FIRST_CHUNK_TIMEOUT = 4

    async with Scripted(silent) as first:
        await in_thread(serve_both)(first.base_url)
        receipt = await whole(caller, chat())
    assert (receipt.outcome, receipt.provider) == ("completed", "Second")


async def test_fault_found_with_the_request_is_not_shopped_around(
    caller: Caller, serve_both: Callable[[str], None], simulator: Simulator
) -> None:
    async with Scripted(answer(422, b'{"error": {"message": "no such tool", "param": "tools"}}')) as first:
        await in_thread(serve_both)(first.base_url)
        receipt = await whole(caller, chat())
    assert receipt.error == {"code": "invalid_request", "message": "no such tool"}
    assert (await asyncio.to_thread(simulator.ledger))["totals"]["requests"] == 0


async def test_a_connection_that_died_in_the_pool_is_replaced(caller: Caller, model: Model) -> None:
    """The provider closes a kept connection in the moment in which the next request comes over it."""
    complete = event(b'{"choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":"stop"}]}') + event(b"[DONE]")
    async with Scripted(answer(200, complete, kind=b"text/event-stream"), closing) as provider:
        await in_thread(serve)(model, "moody", provider.base_url)
        first, second = await whole(caller, chat()), await whole(caller, chat())
    assert (first.outcome, second.outcome) == ("completed", "completed")
    assert [asked.connection for asked in provider.requests] == [0, 0, 1]
