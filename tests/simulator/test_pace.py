from __future__ import annotations

import asyncio
import random
import time
from typing import Any

import pytest

from simulator.drills import Drill
from simulator.models import CATALOG, profile_of
from simulator.pace import Pace
from simulator.responses import run
from simulator.tape import Tape
from tests.model_ids import LLAMA, R1
from tests.simulator.requests import opened, post
from tests.simulator.serving import Simulator


def dues(pace: Pace, tokens: int = 1000, seed: int = 1) -> list[float]:
    return pace.dues(tokens, random.Random(seed))


def test_a_schedule_is_the_same_for_the_same_seed() -> None:
    pace = Pace(ttft=0.2, rate=50, jitter=0.4)
    assert dues(pace) == dues(pace)
    assert dues(pace) != dues(pace, seed=2)


def test_jitter_leaves_the_rate_as_it_is() -> None:
    uneven = dues(Pace(ttft=0, rate=100, jitter=0.9), 5000)
    assert uneven[-1] == pytest.approx(49.99, rel=0.03)
    assert uneven == sorted(uneven)


def test_each_model_has_a_pace_that_fits_it() -> None:
    paces = {model: Pace.of(profile, Drill()) for model, profile in CATALOG.items()}
    assert paces[LLAMA].rate > 2 * paces[R1].rate
    assert paces[LLAMA].ttft < paces[R1].ttft
    assert profile_of("acme/Some-R1-copy").rate == paces[R1].rate


def test_the_first_token_is_due_when_it_should() -> None:
    assert dues(Pace(ttft=0.3, rate=50, jitter=0))[:3] == pytest.approx([0.3, 0.32, 0.34])


def test_nothing_waits_at_rate_zero() -> None:
    assert set(dues(Pace(ttft=0, rate=0, jitter=0.9))) == {0}


class Clock:
    """A machine so busy that everybody who sleeps is woken late."""

    late = 0.03

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        monkeypatch.setattr("simulator.responses._now", lambda: self.now)
        monkeypatch.setattr(asyncio, "sleep", self.sleep)

    async def sleep(self, seconds: float) -> None:
        self.now += seconds + self.late


async def test_it_keeps_to_the_schedule_without_drifting(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, tape, sent = Clock(monkeypatch), Tape(), list[float]()
    for due in dues(Pace(ttft=0.1, rate=200, jitter=0.5), 300):
        tape.add(b".", due, 1)

    async def send(message: Any) -> None:
        sent.extend(clock.now for _ in message["body"])

    await run(tape, send, lambda tokens: None)
    assert len(sent) == 300
    assert all(due <= at <= due + 1.001 * Clock.late for due, at in zip(tape.dues, sent, strict=True))


def test_the_head_comes_before_the_first_token_is_due(simulator: Simulator) -> None:
    start = time.monotonic()
    with opened(simulator, simulate={"ttft": 0.3, "jitter": 0}) as connection:
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert time.monotonic() - start > 0.28
    assert answer.index(b"text/event-stream") < answer.index(b"role")


def test_an_answer_in_one_piece_takes_as_long_as_its_stream(simulator: Simulator) -> None:
    start = time.monotonic()
    post(simulator, simulate={"length": 50, "tokens_per_second": 100, "ttft": 0.1, "jitter": 0})
    assert time.monotonic() - start > 0.55
