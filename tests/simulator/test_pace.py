from __future__ import annotations

import random
import time

import pytest

from simulator.drills import Drill
from simulator.models import CATALOG, profile_of
from simulator.pace import Pace
from tests.simulator.asking import LLAMA, R1, opened, post, received
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


def test_it_keeps_to_the_schedule_without_drifting(simulator: Simulator) -> None:
    start = time.monotonic()
    received(simulator, simulate={"length": 300, "tokens_per_second": 200, "ttft": 0.1, "jitter": 0.5})
    assert 1.45 < time.monotonic() - start < 1.95


def test_the_first_token_comes_when_it_should(simulator: Simulator) -> None:
    start = time.monotonic()
    with opened(simulator, simulate={"ttft": 0.3, "jitter": 0}) as connection:
        head = connection.recv(65536)
        assert time.monotonic() - start < 0.2
        assert b"data:" not in head
        assert b"role" in connection.recv(65536)
        assert 0.28 < time.monotonic() - start < 0.5


def test_an_answer_in_one_piece_takes_as_long_as_its_stream(simulator: Simulator) -> None:
    start = time.monotonic()
    post(simulator, simulate={"length": 50, "tokens_per_second": 100, "ttft": 0.1, "jitter": 0})
    assert 0.55 < time.monotonic() - start < 0.9


def test_nothing_waits_at_rate_zero(simulator: Simulator) -> None:
    start = time.monotonic()
    received(simulator, simulate={"length": 5000})
    assert time.monotonic() - start < 1.5
