"""A Lineup that is served, with a key of its admin's, and callers that leave traces."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any, NamedTuple

import httpx2
import pytest

from tests.gateway.raw_stream import RawStream
from tests.serving import Served, Store
from tests.simulator.serving import Simulator

Stream = Callable[..., RawStream]


class Record(NamedTuple):
    outcome: str
    certainty: str
    tokens: int
    #: In hexadecimal.
    id: str
    door: str


Recorded = Callable[[], Record]


@pytest.fixture(scope="module")
def one(
    bootstrapped: Store, simulator_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Served, str]]:
    """A Lineup that the tests of a module share, and a key for it."""
    store = Store(tmp_path_factory.mktemp("gateway") / "lineup", copy_of=bootstrapped)
    lineup = Served(store, simulator_url)
    lineup.start()
    yield lineup, lineup.key()
    lineup.kill()
    store.drop()


@pytest.fixture
def served(one: tuple[Served, str], simulator: Simulator) -> Served:
    """The simulator starts with an empty ledger and answers without waiting."""
    del simulator
    return one[0]


@pytest.fixture
def key(one: tuple[Served, str]) -> str:
    return one[1]


@pytest.fixture
def client_name(request: pytest.FixtureRequest) -> str:
    """The user agent of this test's requests, by which its records are found."""
    return str(request.node.name)


@pytest.fixture
def api(served: Served, key: str, client_name: str) -> Iterator[httpx2.Client]:
    headers = {"authorization": f"Bearer {key}", "user-agent": client_name}
    with httpx2.Client(base_url=f"{served.url}/v1", headers=headers, timeout=30) as client:
        yield client


@pytest.fixture
def stream(served: Served, key: str, client_name: str) -> Iterator[Stream]:
    """Opens a streamed request on a socket of its own; all are closed with the test."""
    with ExitStack() as opened:

        def start(asked: dict[str, Any]) -> RawStream:
            raw = RawStream(served.port, key, asked, client_name)
            opened.callback(raw.leave)
            return raw

        yield start


@pytest.fixture
def recorded(served: Served, client_name: str) -> Recorded:
    """This test's one record, as soon as it is there."""
    sql = "SELECT outcome, certainty, completion_tokens, id, door FROM billing_usagerecord WHERE client = ?"

    def found() -> Record:
        deadline = time.monotonic() + 20
        while not (rows := served.store.query(sql, client_name)) and time.monotonic() < deadline:
            time.sleep(0.02)
        ((outcome, certainty, tokens, identity, door),) = rows
        return Record(outcome, certainty, tokens, str(identity).replace("-", ""), door)

    return found
