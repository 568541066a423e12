"""A simulator and a Lineup of the benchmark's own, on a database that goes away with them."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from scripts.children import Child
from tests.serving import DATABASE_URL, Served, Store
from tests.simulator.serving import Simulator

#: As many requests at once as any benchmark wants.
SETTINGS = {
    "CONCURRENCY_PER_USER": "1000",
    "CONCURRENCY_PER_PROJECT": "1000",
    "OLLAMA_BASE_URL": "http://127.0.0.1:1/v1",
    "REDIS_URL": os.environ.get("REDIS_URL", ""),
}
STORAGE = "PostgreSQL and Redis" if DATABASE_URL else "SQLite"


@dataclass(frozen=True, slots=True)
class Stage:
    simulator: Simulator
    lineup: Served

    @property
    def pid(self) -> int:
        process = self.lineup.child.process
        assert process is not None, "Lineup is not running"
        return process.pid


@contextmanager
def stage(*, serve: bool, **settings: str) -> Iterator[Stage]:
    """With its database made and, if `serve`, with Lineup running."""
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="lineup-benchmark-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        simulator = Simulator()
        stack.callback(simulator.stop)
        store = Store(folder / "lineup")
        stack.callback(store.drop)
        os.environ.setdefault("SECRET_KEY", "a-key-for-benchmarks-that-guards-nothing")
        lineup = Served(store, simulator.base_url, **SETTINGS | settings)
        lineup.starts_as = Child
        lineup.manage("bootstrap")
        if serve:
            stack.callback(lineup.kill)
            lineup.start()
        yield Stage(simulator, lineup)
