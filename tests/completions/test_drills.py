"""What providers do wrong, and what the books make of it."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django.fixtures import Settings

from accounts.caller import Caller
from billing.models import Reservation
from common.errors import UpstreamRefused, UpstreamUnavailable
from completions.engine import open_completion
from inference_catalog.models import Provider
from tests.completions.stage import Running, books, chat, whole

pytestmark = pytest.mark.usefixtures("simulated", "simulator")


@pytest.mark.parametrize(
    ("drill", "reason"),
    [
        ({"status": 500}, "answered 500"),
        ({"status": 503}, "answered 503"),
        ({"status": 429}, "is asked too often"),
        ({"status": 401}, "refuses the key it was given"),
        ({"cut_after": 0}, "closed the connection"),
        ({"error_after": 0}, "reported:"),
        ({"malformed_after": 0}, "sent an event that is not a JSON object"),
    ],
    ids=str,
)
async def test_what_fails_before_the_first_token_costs_nothing(
    caller: Caller, drill: dict[str, Any], reason: str
) -> None:
    receipt = await whole(caller, chat(simulate=drill))
    rows = await books(receipt.id)
    assert (receipt.outcome, receipt.cost) == ("failed", 0)
    assert receipt.error is not None
    assert reason in receipt.error["message"]
    assert rows.reservation.state == Reservation.State.VOIDED
    assert (rows.account.held, rows.hours[0].errors) == (0, 1)


@pytest.mark.parametrize(
    ("drill", "reason"),
    [
        ({"cut_after": 4}, "closed the connection"),
        ({"error_after": 4}, "reported:"),
        ({"malformed_after": 4}, "sent an event that is not a JSON object"),
        ({"trickle": 0.0, "cut_after": 4}, "closed the connection"),
    ],
    ids=str,
)
async def test_what_fails_after_the_first_token_costs_what_was_delivered(
    caller: Caller, drill: dict[str, Any], reason: str
) -> None:
    receipt = await whole(caller, chat(simulate=drill))
    assert (receipt.outcome, receipt.certainty) == ("failed", "estimated")
    assert receipt.completion_tokens == 4
    assert receipt.error is not None
    assert reason in receipt.error["message"]
    assert (await books(receipt.id)).reservation.state == Reservation.State.SETTLED


async def test_a_reset_connection_costs_no_more_than_was_delivered(caller: Caller) -> None:
    """The reset may overtake what was sent before it."""
    receipt = await whole(caller, chat(simulate={"cut_after": 4, "reset": True}))
    assert receipt.outcome == "failed"
    assert receipt.completion_tokens <= 4


@pytest.mark.parametrize(
    ("drill", "reason"),
    [
        ({"stall_before_headers": 3600}, "did not answer within 4 s"),
        ({"stall_after": 0}, "was silent for 4 s"),
    ],
    ids=str,
)
async def test_nobody_waits_for_ever_for_the_first_token(
    caller: Caller, drill: dict[str, Any], reason: str, settings: Settings
) -> None:
    settings.UPSTREAM_FIRST_CHUNK_TIMEOUT = 4
    receipt = await whole(caller, chat(simulate=drill))
    assert receipt.error == {"code": "server_is_overloaded", "message": f"Simulator {reason}"}
    assert receipt.cost == 0


async def test_nobody_waits_for_ever_for_the_next_token(caller: Caller, settings: Settings) -> None:
    settings.UPSTREAM_IDLE_TIMEOUT = 4
    receipt = await whole(caller, chat(simulate={"stall_after": 4}))
    assert receipt.error == {"code": "server_is_overloaded", "message": "Simulator was silent for 4 s"}
    assert receipt.completion_tokens == 4


@pytest.mark.parametrize(
    "drill", [{"no_done": True}, {"finish_reason": None}, {"crlf": True}, {"comments": True}, {"trickle": 0.0}], ids=str
)
async def test_what_is_merely_odd_completes_at_the_reported_usage(caller: Caller, drill: dict[str, Any]) -> None:
    receipt = await whole(caller, chat(simulate={**drill, "length": 10}))
    assert (receipt.outcome, receipt.certainty, receipt.error) == ("completed", "reported", None)


@pytest.mark.parametrize("drill", [{"no_usage": True}, {"null_usage": True}], ids=str)
async def test_without_a_usage_the_tokens_are_counted_here(caller: Caller, drill: dict[str, Any]) -> None:
    receipt = await whole(caller, chat(simulate={**drill, "length": 25}))
    assert (receipt.outcome, receipt.certainty, receipt.completion_tokens) == ("completed", "estimated", 25)


async def test_a_stream_without_finish_or_last_event_has_broken_off(caller: Caller) -> None:
    receipt = await whole(caller, chat(simulate={"no_done": True, "finish_reason": None, "length": 6}))
    assert receipt.outcome == "failed"
    assert receipt.error is not None
    assert "broke off" in receipt.error["message"]


async def test_an_endless_event_ends_the_stream(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("completions.sse.MOST_BYTES", 100_000)
    receipt = await whole(caller, chat(simulate={"huge_line": 1_000_000}))
    assert receipt.error is not None
    assert "too long" in receipt.error["message"]


async def test_a_long_event_is_passed_on(caller: Caller) -> None:
    receipt = await whole(caller, chat(simulate={"huge_line": 1_000_000}))
    assert receipt.outcome == "completed"


async def test_the_whole_time_is_limited(caller: Caller, settings: Settings) -> None:
    settings.UPSTREAM_TOTAL_TIMEOUT = 1
    receipt = await whole(caller, chat(simulate={"tokens_per_second": 20, "length": 1000}))
    assert receipt.error is not None
    assert "took too long" in receipt.error["message"]


async def test_fault_found_with_the_request_is_the_callers_to_read(caller: Caller, simulated: Provider) -> None:
    running = Running(caller, chat(simulate={"status": 400, "message": f"Bad; see {simulated.base_url}/x"}))
    with pytest.raises(UpstreamRefused) as refused:
        await running.task
    assert (refused.value.status, refused.value.message) == (400, "Bad; see …")
    assert isinstance(refused.value.body()["error"]["code"], str)
    assert (await running.completion.receipt()).cost == 0


async def test_an_answer_in_one_piece_is_billed_as_reported(caller: Caller) -> None:
    async with open_completion(caller, chat(stream=False, simulate={"length": 12})) as completion:
        await completion.connect()
        _, answer = await completion.read()
    receipt = await completion.receipt()
    assert (receipt.outcome, receipt.certainty) == ("completed", "reported")
    assert receipt.completion_tokens == answer["usage"]["completion_tokens"] == 12


@pytest.mark.parametrize("drill", [{"cut_after": 0}, {"malformed_after": 0}, {"stall_after": 0}], ids=str)
async def test_half_an_answer_in_one_piece_costs_nothing(
    caller: Caller, drill: dict[str, Any], settings: Settings
) -> None:
    settings.UPSTREAM_TOTAL_TIMEOUT = 3
    async with open_completion(caller, chat(stream=False, simulate=drill)) as completion:
        await completion.connect()
        with pytest.raises(UpstreamUnavailable):
            await completion.read()
    receipt = await completion.receipt()
    assert (receipt.outcome, receipt.cost) == ("failed", 0)
