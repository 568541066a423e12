"""A thousand streams at once: no error, few database connections, bounded memory, every one settled."""

from __future__ import annotations

import asyncio
import os
import re
import resource
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.books import add_up, records
from tests.faults.callers import answered, asked
from tests.faults.conftest import ROOMY
from tests.serving import Served
from tests.simulator.serving import Simulator

STREAMS, CHUNKS = 1_000, 40
#: What a system usually allows a process, and what the callers and the simulator need.
USUAL_FILES, ENOUGH_FILES = 1_024, 4_096
MEGABYTE = 1024
MOST_MEMORY = 250 * MEGABYTE
MOST_CONNECTIONS = 4


@pytest.fixture(scope="module")
def settings_of_lineup() -> Iterator[dict[str, str]]:
    """Lineup starts with the usual allowance, and must see to it that it has more."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (USUAL_FILES, before[1]))
    yield ROOMY
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


@pytest.fixture
def many_files(lineup: Served, simulator: Simulator) -> None:
    """For the callers and the simulator."""
    del lineup
    enough = (ENOUGH_FILES, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
    resource.setrlimit(resource.RLIMIT_NOFILE, enough)
    resource.prlimit(simulator.process.pid, resource.RLIMIT_NOFILE, enough)


def memory(served: Served) -> int:
    """Kilobytes that the process had at most."""
    assert served.child.process is not None
    status = Path(f"/proc/{served.child.process.pid}/status").read_text()
    return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0])


def connections(served: Served) -> int:
    """To the database, that are open now."""
    if served.store.database_url:
        others = "datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        sql = f"SELECT count(*) FROM pg_stat_activity WHERE {others}"
        return int(served.store.query(sql)[0][0])
    assert served.child.process is not None
    opened = [os.path.realpath(link) for link in Path(f"/proc/{served.child.process.pid}/fd").iterdir()]
    return sum(path.endswith(".sqlite3") for path in opened)


async def watched(served: Served, simulator: Simulator, work: asyncio.Future[Any]) -> tuple[int, int]:
    """The most streams at once and the most database connections, as long as that work lasts."""
    running = connected = 0
    while not work.done():
        totals = (await asyncio.to_thread(simulator.ledger))["totals"]
        running, connected = max(running, totals["running"]), max(connected, connections(served))
        await asyncio.wait([work], timeout=1)
    return running, connected


@pytest.mark.usefixtures("many_files")
async def test_a_thousand_streams_at_once(lineup: Served, key: str, simulator: Simulator) -> None:
    pace: dict[str, Any] = {"ttft": 0, "tokens_per_second": CHUNKS / 20, "jitter": 0, "length": CHUNKS}
    streams = [answered(lineup, key, asked(f"Stream {number}", **pace)) for number in range(STREAMS)]
    work = asyncio.gather(*streams)
    running, connected = await watched(lineup, simulator, work)
    said = [call.body for call in await work]
    assert [body for body in said if not body.endswith(b"data: [DONE]\n\n") or body.count(b"data: ") < CHUNKS] == []
    assert running == STREAMS
    assert connected <= MOST_CONNECTIONS
    assert memory(lineup) <= MOST_MEMORY
    add_up(lineup)
    assert records(lineup, "faults") == [("completed", "reported", CHUNKS)] * STREAMS
