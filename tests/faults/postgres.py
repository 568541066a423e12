"""A PostgreSQL of a test's own, which it may stop, freeze and bring back; and many processes that share it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from scripts.children import Child
from scripts.databases import make_postgres
from scripts.programs import POSTGRES
from tests.serving import DATABASE_URL, Served, Store

#: Such tests run once, not again with the database that all others share.
ONCE = pytest.mark.skipif(bool(DATABASE_URL), reason="it starts a PostgreSQL of its own")
NEEDS_POSTGRES = pytest.mark.skipif(not POSTGRES.path(), reason="PostgreSQL is not installed")


class Postgres:
    def __init__(self, child: Child) -> None:
        self.child = child
        self.url = f"postgres://lineup@127.0.0.1:{child.port}/postgres"

    def start(self) -> None:
        self.child.start()

    def stop(self) -> None:
        """As `pg_ctl stop -m immediate` does it."""
        self.child.signal(signal.SIGQUIT)
        assert self.child.process is not None
        self.child.process.wait(30)

    def freeze(self) -> None:
        """All of it stands still: it neither answers nor hangs up."""
        self._signal_all(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal_all(signal.SIGCONT)

    def _signal_all(self, number: signal.Signals) -> None:
        """The server first, then its children, each of which is in a session of its own."""
        assert self.child.process is not None
        own = self.child.process.pid
        listing = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
        children = [int(pid) for pid, parent in map(str.split, listing.splitlines()) if int(parent) == own]
        for pid in (own, *children):
            # One that ended by itself needs no signal.
            with suppress(ProcessLookupError):
                os.kill(pid, number)


@contextmanager
def own_postgres() -> Iterator[Postgres]:
    folder = Path(tempfile.mkdtemp(prefix="lineup-fault-"))
    # What it has confirmed has to outlive its own end, if not the machine's.
    postgres = Postgres(make_postgres(folder, ["fsync=off", "max_connections=200"]))
    try:
        postgres.start()
        yield postgres
        postgres.thaw()
    finally:
        postgres.child.kill()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def processes(
    postgres: Postgres, folder: Path, simulator_url: str, count: int, **settings: str
) -> Iterator[list[Served]]:
    """Lineups that share one database and folder, bootstrapped."""
    store = Store(folder, database_url=postgres.url)
    lineups = [Served(store, simulator_url, **settings) for _ in range(count)]
    lineups[0].manage("bootstrap")
    try:
        for lineup in lineups:
            lineup.start()
        yield lineups
    finally:
        for lineup in lineups:
            lineup.kill()
