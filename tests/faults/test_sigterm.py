"""R3: a process that is asked to end finishes what runs, takes nothing new, and settles everything."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx2
import pytest

from tests.conftest import Serve
from tests.gateway.raw_stream import RawStream, body
from tests.model_ids import PHI
from tests.playground.wire import Visitor
from tests.serving import Served
from tests.simulator.serving import Simulator

STREAMS = 10
#: Long enough to be running when the signal comes, and done soon.
SLOW: dict[str, Any] = {"length": 60, "tokens_per_second": 20}
#: Never done by itself.
STUCK: dict[str, Any] = {"stall_after": 5, "length": 99}
RECORDS = "SELECT outcome, count(*) FROM billing_usagerecord GROUP BY outcome"
UNSETTLED = "SELECT count(*) FROM billing_reservation WHERE state = 'running'"

Begin = Callable[..., list[RawStream]]


@pytest.fixture
def served(serve: Serve, simulator: Simulator) -> Served:
    del simulator
    return serve(DRAIN_SECONDS="60")


@pytest.fixture
def key(served: Served) -> str:
    return served.key()


@pytest.fixture
def begin(served: Served, key: str) -> Iterator[Begin]:
    """Streams that have begun; all are closed with the test."""
    with ExitStack() as opened:

        def start(count: int, **drill: object) -> list[RawStream]:
            streams = [RawStream(served.port, key, body(f"Stream {number}", simulate=drill)) for number in range(count)]
            for stream in streams:
                opened.callback(stream.leave)
                stream.until(b'"content":', 3)
            return streams

        yield start


def ask_to_end(served: Served, number: signal.Signals = signal.SIGTERM) -> None:
    assert served.child.process is not None
    os.kill(served.child.process.pid, number)


def ended(served: Served) -> int:
    assert served.child.process is not None
    return served.child.process.wait(60)


def until_red(served: Served) -> None:
    while httpx2.get(f"{served.url}/readyz", timeout=30).status_code == 200:
        time.sleep(0.02)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_what_runs_is_finished_and_settled(served: Served, begin: Begin, number: signal.Signals) -> None:
    streams = begin(STREAMS, **SLOW)
    ask_to_end(served, number)
    for stream in streams:
        stream.until(b"data: [DONE]")
    assert ended(served) == 0
    assert served.store.query(RECORDS) == [("completed", STREAMS)]
    assert served.store.query(UNSETTLED) == [(0,)]


def test_readiness_is_red_and_new_requests_are_told_to_come_again(served: Served, key: str, begin: Begin) -> None:
    assert httpx2.get(f"{served.url}/readyz", timeout=30).json() == {"status": "ok", "database": "ok"}
    begin(1, **STUCK)
    ask_to_end(served)
    until_red(served)
    assert httpx2.get(f"{served.url}/livez", timeout=30).json() == {"status": "ok"}
    for method, path in (("GET", "/v1/models"), ("POST", "/v1/chat/completions")):
        answer = httpx2.request(method, served.url + path, headers={"authorization": f"Bearer {key}"})
        assert (answer.status_code, answer.headers["retry-after"], answer.headers["connection"]) == (503, "1", "close")
        assert answer.json()["error"]["message"] == "The engine is currently overloaded, please try again later"


def test_asked_again_it_cuts_what_runs_and_settles_it(served: Served, begin: Begin) -> None:
    begin(STREAMS, **STUCK)
    ask_to_end(served)
    until_red(served)
    ask_to_end(served)
    assert ended(served) == 0
    assert served.store.query(RECORDS) == [("stopped", STREAMS)]
    assert served.store.query(UNSETTLED) == [(0,)]


def test_when_its_time_is_up_it_cuts_what_runs_and_settles_it(served: Served, begin: Begin) -> None:
    served.stop()
    served.environment["DRAIN_SECONDS"] = "1"
    served.start()
    begin(STREAMS, **STUCK)
    ask_to_end(served)
    assert ended(served) == 0
    assert served.store.query(RECORDS) == [("stopped", STREAMS)]
    assert served.store.query(UNSETTLED) == [(0,)]


def test_a_request_that_was_never_finished_being_sent_keeps_nothing_from_being_settled(
    served: Served, begin: Begin
) -> None:
    [half, *_] = begin(1, **STUCK)
    half.socket.sendall(b"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
    ask_to_end(served)
    until_red(served)
    ask_to_end(served)
    assert ended(served) == 0
    assert served.store.query(UNSETTLED) == [(0,)]


def test_with_nothing_running_it_ends_at_once(served: Served) -> None:
    assert httpx2.get(f"{served.url}/readyz", timeout=30).status_code == 200
    ask_to_end(served)
    assert ended(served) == 0
    assert "Traceback" not in served.log


async def test_an_answer_in_the_playground_is_finished_and_a_new_one_refused(
    served: Served, simulator: Simulator
) -> None:
    simulator.drill(length=60, tokens_per_second=5)
    async with Visitor() as visitor:
        await visitor.sign_in(served)
        comparison = await visitor.compare(served, PHI)
        tab, other = await visitor.tab(served, comparison), await visitor.tab(served, comparison)
        await tab.send("Write a long answer about lanes.")
        await tab.until(lambda frame: "d" in frame)
        ask_to_end(served)
        until_red(served)
        refused = await other.send("And another?")
        assert (refused["type"], refused["code"]) == ("error", "server_is_overloaded")
        await tab.until_ended()
        assert list(tab.ended.values()) == ["done"]
    assert ended(served) == 0
    assert served.store.query(RECORDS) == [("completed", 1)]


async def test_an_answer_in_the_playground_that_is_cut_is_saved_and_settled(
    served: Served, simulator: Simulator
) -> None:
    simulator.drill(**STUCK)
    async with Visitor() as visitor:
        await visitor.sign_in(served)
        tab = await visitor.tab(served, await visitor.compare(served, PHI))
        await tab.send("Write a long answer about lanes.")
        await tab.until(lambda frame: "d" in frame)
        ask_to_end(served)
        until_red(served)
        ask_to_end(served)
        assert ended(served) == 0
    assert served.store.query("SELECT state FROM playground_answer") == [("stopped",)]
    assert served.store.query(RECORDS) == [("stopped", 1)]
    assert served.store.query(UNSETTLED) == [(0,)]
