"""A hundred callers who take a byte a second: they cost little memory, hold up nobody, and are given up in the end."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.completions.scripted import event
from tests.faults.books import add_up, records
from tests.faults.callers import Call, answered, asked
from tests.faults.conftest import ROOMY
from tests.serving import Served
from tests.upstreams.scripted import DONE, FINISH, HEAD, USAGE, WORDS, Upstream, sends

READERS = 100
#: What an answer holds beside its words, and what there is in all: far more than the sockets on the way take in.
PADDING = event(b'{"id":"x","choices":[],"obfuscation":"' + b"x" * 6_000 + b'"}')
PADDINGS = 4_000
#: The pieces on their way through Lineup, each read at once and copied some times; an answer is three times that.
MEGABYTES_EACH = 8


@pytest.fixture(scope="module")
def settings_of_lineup() -> dict[str, str]:
    return ROOMY | {"STREAM_WRITE_TIMEOUT": "5"}


@pytest.fixture(scope="module")
def provider() -> Iterator[Upstream]:
    with Upstream() as serving:
        yield serving


@pytest.fixture(scope="module")
def served(_lineup: tuple[Served, str], provider: Upstream) -> Served:
    """Its only provider is the scripted one."""
    move = f"Provider.objects.filter(slug='simulator').update(base_url='{provider.base_url}')"
    _lineup[0].manage("shell", "-c", f"from inference_catalog.models import Provider; {move}")
    return _lineup[0]


def memory(served: Served) -> int:
    """Megabytes that the process has had at most."""
    assert served.child.process is not None
    status = Path(f"/proc/{served.child.process.pid}/status").read_text()
    return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) // 1024


async def read_slowly(call: Call) -> None:
    """For as long as the test lasts: whom the server has given up has bytes to read yet."""
    try:
        while True:
            await call.reader.read(1)
            await asyncio.sleep(1)
    finally:
        call.reset()


async def test_a_hundred_slow_readers(served: Served, key: str, provider: Upstream) -> None:
    provider.does(sends(HEAD, WORDS, *[PADDING] * PADDINGS, FINISH, USAGE, DONE))
    await answered(served, key, asked(), name="warming up")
    before = memory(served)
    calls = [await Call.send(served, key, asked(), name="slow", buffer=4096) for _ in range(READERS)]
    readers = [asyncio.create_task(read_slowly(call)) for call in calls]
    while len(provider.asked) < READERS:
        await asyncio.sleep(0.1)
    quick = await answered(served, key, asked(), name="quick")
    assert quick.body.endswith(b"data: [DONE]\n\n")
    assert quick.body.count(PADDING[:40]) == PADDINGS
    await asyncio.to_thread(add_up, served)
    for reader in readers:
        reader.cancel()
    assert memory(served) - before < READERS * MEGABYTES_EACH
    assert len(records(served, "slow")) == READERS
    assert {outcome for outcome, _, _ in records(served, "slow")} == {"stopped"}
    assert records(served, "quick") == [("completed", "reported", 3)]
