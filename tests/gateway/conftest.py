"""A Lineup that is served, with a key of its admin's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx2
import pytest

from tests.conftest import Serve
from tests.gateway.asking import RawStream
from tests.serving import Served
from tests.simulator.serving import Simulator

Stream = Callable[..., RawStream]


@pytest.fixture
def served(serve: Serve, simulator: Simulator) -> Served:
    """The simulator starts with an empty ledger and answers without waiting."""
    del simulator
    return serve()


@pytest.fixture
def key(served: Served) -> str:
    return served.key()


@pytest.fixture
def api(served: Served, key: str) -> Iterator[httpx2.Client]:
    headers = {"authorization": f"Bearer {key}"}
    with httpx2.Client(base_url=f"{served.url}/v1", headers=headers, timeout=30) as client:
        yield client


@pytest.fixture
def stream(served: Served, key: str) -> Iterator[Stream]:
    """Opens a streamed request on a socket of its own; all are closed with the test."""
    with ExitStack() as opened:

        def start(asked: dict[str, Any]) -> RawStream:
            raw = RawStream(served, key, asked)
            opened.callback(raw.leave)
            return raw

        yield start
