"""A simulator of the tests' own, served on a free port, and what it is asked beside the protocol.

`simulator` is one process for all tests of a run; it starts every test with an empty ledger and no drill. Its models
answer without waiting unless a test sets a pace. `simulators` makes more, with flags.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from openai import OpenAI

from scripts.children import DIE_WITH_PARENT

ROOT = Path(__file__).resolve().parents[2]


class Simulator:
    """`base_url` is what an OpenAI client takes, `client` is one; `host` and `port` are for raw sockets."""

    host = "127.0.0.1"

    def __init__(self, *flags: str) -> None:
        # A test run that is killed leaves no simulator behind.
        tied = [sys.executable, "-SE", str(DIE_WITH_PARENT), str(os.getpid())]
        command = [*tied, sys.executable, "-m", "simulator", "--host", self.host, "--port", "0", *flags]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert "answers at" in line, f"the simulator did not start: {line!r}"
        self.base_url = line.split()[-1]
        self.root_url = self.base_url.removesuffix("/v1")
        self.port = int(self.root_url.rsplit(":", 1)[1])
        self.client = OpenAI(base_url=self.base_url, api_key="any", max_retries=0, timeout=10)

    def ledger(self) -> dict[str, Any]:
        """{"totals": {…}, "requests": [{"id", "outcome", "generated_tokens", "billed", "disconnected", …}]}"""
        found: dict[str, Any] = self._ask("GET", "/ledger")
        return found

    def entry(self, name: str) -> dict[str, Any]:
        """One request by its completion id or its `x-request-id`, with what was `said` to it."""
        found: dict[str, Any] = self._ask("GET", f"/ledger/{name}")
        return found

    def settled(self, within: float = 30.0) -> dict[str, Any]:
        """The ledger as soon as no request is running any more."""
        deadline = time.monotonic() + within
        while (ledger := self.ledger())["totals"]["running"] and time.monotonic() < deadline:
            time.sleep(0.01)
        assert not ledger["totals"]["running"], f"still running: {ledger['requests']}"
        return ledger

    def drill(self, model: str = "", **drill: Any) -> None:
        """From now on every answer (or those of `model`) is under this drill; none given ends it."""
        self._ask("PUT", f"/drill?model={model}" if model else "/drill", drill)

    def forget(self) -> None:
        """Empty the ledger."""
        self._ask("DELETE", "/ledger")

    def reset(self) -> None:
        """Empty the ledger and end every drill; without a drill's pace, nothing waits."""
        self.forget()
        self.drill(ttft=0, tokens_per_second=0, jitter=0)

    def stop(self) -> None:
        self.client.close()
        self.process.terminate()
        self.process.wait(timeout=10)
        if self.process.stdout is not None:
            self.process.stdout.close()

    def _ask(self, method: str, path: str, body: object = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        with urlopen(Request(self.root_url + path, data, method=method), timeout=10) as answer:
            read = answer.read()
        return json.loads(read) if read else None


@pytest.fixture(scope="session")
def _simulator() -> Iterator[Simulator]:
    served = Simulator()
    yield served
    served.stop()


@pytest.fixture
def simulator(_simulator: Simulator) -> Iterator[Simulator]:
    _simulator.reset()
    yield _simulator
    # Nor does a drill outlive its test: the next may ask for no simulator of its own.
    _simulator.reset()


@pytest.fixture
def simulators() -> Iterator[Callable[..., Simulator]]:
    """Starts further simulators with the flags given; they end with the test."""
    started: list[Simulator] = []

    def start(*flags: str) -> Simulator:
        started.append(Simulator(*flags))
        return started[-1]

    yield start
    for served in started:
        served.stop()
