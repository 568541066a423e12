"""R7: the database is gone, or stands still, for twenty seconds under load."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx2
import pytest

from common.errors import Overloaded
from tests.faults.postgres import NEEDS_POSTGRES, ONCE, Postgres, own_postgres, processes
from tests.gateway.raw_stream import RawStream, body
from tests.model_ids import PHI
from tests.playground.wire import Visitor
from tests.serving import Served
from tests.simulator.serving import Simulator

pytestmark = [ONCE, NEEDS_POSTGRES]

AWAY = 20.0
#: Requests each of which ends while the database is away, and such as end when it is back.
SHORT: dict[str, Any] = {"length": 80, "tokens_per_second": 10}
LONG: dict[str, Any] = {"length": 300, "tokens_per_second": 10}
EACH = 10
#: Refusals that each caller hears while a short answer is written: fewer, had each of them to wait for the database.
OFTEN = 4
SETTLED = "SELECT outcome, certainty, completion_tokens, count(*) FROM billing_usagerecord GROUP BY 1, 2, 3 ORDER BY 3"
RUNNING = "SELECT count(*) FROM billing_reservation WHERE state = 'running'"
BOOKS = """
    SELECT held, settled - (SELECT sum(amount) FROM billing_grant) + (SELECT sum(cost) FROM billing_usagerecord)
    FROM billing_account
"""


@pytest.fixture
def postgres() -> Iterator[Postgres]:
    with own_postgres() as own:
        yield own


@pytest.fixture
def served(postgres: Postgres, simulator: Simulator, tmp_path: Path) -> Iterator[Served]:
    with processes(postgres, tmp_path / "lineup", simulator.base_url, 1, DATABASE_PATIENCE="1") as [lineup]:
        yield lineup


class Callers:
    """They keep asking, each one request after the other, and note what they hear."""

    def __init__(self, served: Served, keys: list[str]) -> None:
        self.heard: list[tuple[str, int, str]] = []
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(served, key)) for key in keys]

    def __enter__(self) -> Callers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _ask(self, served: Served, key: str) -> None:
        asked = body("New", stream=False, simulate={"length": 1})
        with httpx2.Client(headers={"authorization": f"Bearer {key}"}, timeout=30) as client:
            while not self._stop.wait(0.3):
                answer = client.post(f"{served.url}/v1/chat/completions", json=asked)
                self.heard.append((key, answer.status_code, answer.json()["error"]["message"]))


Break = Callable[[Postgres], None]
BREAKS = pytest.mark.parametrize(
    ("leave", "come_back"),
    [(Postgres.stop, Postgres.start), (Postgres.freeze, Postgres.thaw)],
    ids=["stopped", "standing still"],
)


@BREAKS
def test_streams_go_on_new_requests_are_refused_and_all_is_settled_once(
    served: Served, postgres: Postgres, leave: Break, come_back: Break
) -> None:
    keys = [served.key() for _ in range(3)]
    with ExitStack() as opened:
        streams = [RawStream(served.port, keys[0], body(simulate=drill)) for drill in [SHORT, LONG] * EACH]
        for stream in streams:
            opened.callback(stream.leave)
            stream.until(b'"content":', 3)
        leave(postgres)
        end = time.monotonic() + AWAY
        with Callers(served, keys) as callers:
            for stream in streams[::2]:
                stream.until(b"data: [DONE]")
            heard_meanwhile = Counter(key for key, *_ in callers.heard)
            time.sleep(max(0.0, end - time.monotonic()))
        come_back(postgres)
        for stream in streams[1::2]:
            stream.until(b"data: [DONE]")
    assert {(status, message) for _, status, message in callers.heard} == {(503, Overloaded.message)}
    assert all(heard_meanwhile[key] >= OFTEN for key in keys), heard_meanwhile
    while served.store.query(RUNNING) != [(0,)]:
        time.sleep(0.1)
    counts = [("completed", "reported", tokens, EACH) for tokens in (SHORT["length"], LONG["length"])]
    assert [row for row in served.store.query(SETTLED) if row[2]] == counts
    assert served.store.query(BOOKS) == [(0, 0)]
    answer = httpx2.post(
        f"{served.url}/v1/chat/completions",
        json=body(stream=False, simulate={"length": 1}),
        headers={"authorization": f"Bearer {keys[0]}"},
        timeout=30,
    )
    assert answer.status_code == 200


@BREAKS
async def test_an_answer_in_the_playground_goes_on_and_its_end_is_saved(
    served: Served, postgres: Postgres, simulator: Simulator, leave: Break, come_back: Break
) -> None:
    simulator.drill(**SHORT)
    async with Visitor() as visitor:
        await visitor.sign_in(served)
        tab = await visitor.tab(served, await visitor.compare(served, PHI))
        await tab.send("Write a long answer about lanes.")
        await tab.until(lambda frame: "d" in frame)
        leave(postgres)
        await tab.until(lambda frame: max(tab.seq.values()) > SHORT["length"] // 2)
        await asyncio.sleep(AWAY)
        await asyncio.to_thread(come_back, postgres)
        await tab.until_ended(60)
        assert list(tab.ended.values()) == ["done"]
        assert (await tab.send("And another?"))["type"] == "ack"
        await tab.until_ended(60)
    assert served.store.query(SETTLED) == [("completed", "reported", SHORT["length"], 2)]
    assert served.store.query(BOOKS) == [(0, 0)]
