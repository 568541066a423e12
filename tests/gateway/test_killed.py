"""A server that is killed loses nothing but the streams themselves."""

from __future__ import annotations

import time

import httpx2
import pytest

from tests.conftest import Serve
from tests.gateway.conftest import Stream
from tests.gateway.raw_stream import body
from tests.serving import Served
from tests.simulator.serving import Simulator

STREAMS, TOKENS = 20, 30
RUNNING = f"SELECT count(*) FROM billing_reservation WHERE state = 'running' AND checkpoint_output = {TOKENS}"
EXPIRED = "SELECT count(*) FROM billing_reservation WHERE state = 'expired'"
RECORDS = "SELECT outcome, certainty, completion_tokens FROM billing_usagerecord WHERE prompt_tokens > 0 AND cost > 0"
BOOKED = "SELECT sum(amount) FROM billing_grant"
SPENT = "SELECT sum(cost) FROM billing_usagerecord"
ACCOUNT = "SELECT settled, held FROM billing_account"


@pytest.fixture(scope="module")
def one() -> None:
    """Nothing is shared where servers are killed."""


@pytest.fixture
def served(serve: Serve, simulator: Simulator) -> Served:
    del simulator
    return serve()


@pytest.fixture
def key(served: Served) -> str:
    return served.key()


def until(served: Served, sql: str, wanted: int) -> None:
    """Waits for what another process writes."""
    deadline = time.monotonic() + 30
    while (found := served.store.query(sql)[0][0]) != wanted:
        assert time.monotonic() < deadline, f"{sql} stays {found}"
        time.sleep(0.05)


def kill_half_way(served: Served, stream: Stream) -> None:
    drill = {"stall_after": TOKENS, "length": 99}
    streams = [stream(body(f"Stream {number}", simulate=drill)) for number in range(STREAMS)]
    for each in streams:
        each.until(b'"content":', TOKENS)
    until(served, RUNNING, STREAMS)
    served.kill()


def test_killed_with_twenty_streams_half_way_each_ends_once_and_pays_what_was_written_down(
    served: Served, stream: Stream, api: httpx2.Client, simulator: Simulator
) -> None:
    kill_half_way(served, stream)
    served.start()
    assert api.get("/models").status_code == 200
    until(served, EXPIRED, STREAMS)
    assert served.store.query(RECORDS) == [("failed", "checkpoint", TOKENS)] * STREAMS
    granted, spent = served.store.query(BOOKED)[0][0], served.store.query(SPENT)[0][0]
    assert served.store.query(ACCOUNT) == [(granted - spent, 0)]
    assert simulator.settled()["totals"]["disconnected"] == STREAMS


def test_killed_it_has_its_slots_back_when_it_starts_again(served: Served, stream: Stream, api: httpx2.Client) -> None:
    served.environment["CONCURRENCY_PER_USER"] = str(STREAMS)
    served.stop()
    served.start()
    kill_half_way(served, stream)
    served.start()
    answer = api.post("/chat/completions", json=body(stream=False, simulate={"length": 3}))
    assert answer.status_code == 200


def test_stopped_in_order_it_settles_what_was_running(served: Served, stream: Stream) -> None:
    running = stream(body(simulate={"stall_after": TOKENS, "length": 99}))
    running.until(b'"content":', TOKENS)
    served.stop()
    records = served.store.query("SELECT outcome, certainty, completion_tokens FROM billing_usagerecord")
    assert records == [("stopped", "estimated", TOKENS)]
