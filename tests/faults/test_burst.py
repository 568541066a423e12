"""R9: fifty requests at the same moment, at several processes, with room for three: three are let in, each time."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest

from tests.faults.postgres import NEEDS_POSTGRES, ONCE, own_postgres, processes
from tests.gateway.raw_stream import body
from tests.serving import Served, Store
from tests.simulator.serving import Simulator

pytestmark = [ONCE, NEEDS_POSTGRES]

REQUESTS, ROOM, ROUNDS = 50, 3, 10
#: Each runs until its caller leaves, so that nobody's end makes room for another.
STUCK = {"stall_after": 1, "length": 9}
#: As many bytes, for what is held depends on them; but over at once.
SHORT = {"stall_after": 9, "length": 1}
HELD = "SELECT held FROM billing_account"
RUNNING = "SELECT count(*) FROM billing_reservation WHERE state = 'running'"


@pytest.fixture(scope="module", params=[2, 4], ids=lambda count: f"{count} processes")
def lineups(
    request: pytest.FixtureRequest, simulator_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[Served]]:
    with own_postgres() as postgres:
        folder = tmp_path_factory.mktemp("burst") / "lineup"
        with processes(postgres, folder, simulator_url, request.param) as served:
            yield served


class Burst:
    """Callers that hold their breath, ask all at once, and leave together when all have heard something."""

    def __init__(self, lineups: list[Served], key: str) -> None:
        self._asked = threading.Barrier(REQUESTS)
        self._answered = threading.Barrier(REQUESTS)
        self._lineups, self._headers = lineups, {"authorization": f"Bearer {key}"}

    def go(self, **members: Any) -> Counter[int]:
        with ThreadPoolExecutor(REQUESTS) as callers:
            return Counter(callers.map(lambda number: self._call(number, members), range(REQUESTS)))

    def _call(self, number: int, members: dict[str, Any]) -> int:
        lineup = self._lineups[number % len(self._lineups)]
        asked = body(simulate=STUCK, **members)
        with httpx2.Client(timeout=60, headers=self._headers) as client:
            client.get(f"{lineup.url}/livez")
            self._asked.wait(60)
            with client.stream("POST", f"{lineup.url}/v1/chat/completions", json=asked) as answer:
                self._answered.wait(60)
                return answer.status_code


def settled(lineup: Served) -> None:
    while lineup.store.query(RUNNING) != [(0,)]:
        pass
    assert lineup.store.query(HELD) == [(0,)]


def leave(store: Store, amount: int) -> None:
    """So much of one grant, and nothing of the others."""
    store.query("UPDATE billing_grant SET remaining = 0 RETURNING id")
    largest = "(SELECT id FROM billing_grant ORDER BY amount DESC LIMIT 1)"
    store.query(f"UPDATE billing_grant SET remaining = ? WHERE id = {largest} RETURNING id", amount)
    store.query("UPDATE billing_account SET settled = ? RETURNING settled", amount)


def test_slots_for_three_let_in_three(lineups: list[Served], simulator: Simulator) -> None:
    key, store = lineups[0].key(), lineups[0].store
    store.query("UPDATE accounts_project SET concurrency = ? RETURNING id", ROOM)
    for _ in range(ROUNDS):
        assert Burst(lineups, key).go() == {200: ROOM, 429: REQUESTS - ROOM}
        settled(lineups[0])


def test_money_for_three_lets_in_three(lineups: list[Served], simulator: Simulator) -> None:
    key, store = lineups[0].key(), lineups[0].store
    store.query("UPDATE accounts_project SET concurrency = NULL RETURNING id")
    httpx2.post(
        f"{lineups[0].url}/v1/chat/completions",
        json=body(max_tokens=1, simulate=SHORT),
        headers={"authorization": f"Bearer {key}"},
        timeout=60,
    )
    [(worst,)] = store.query("SELECT amount FROM billing_reservation ORDER BY created_at DESC LIMIT 1")
    for _ in range(ROUNDS):
        # What is left when three hold their worst case is just not enough for a fourth.
        leave(store, (ROOM + 1) * worst - 1)
        assert Burst(lineups, key).go(max_tokens=1) == {200: ROOM, 429: REQUESTS - ROOM}
        settled(lineups[0])
