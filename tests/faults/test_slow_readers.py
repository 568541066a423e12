"""A hundred callers who take a byte a second: they cost little memory, hold up nobody, and are given up in the end."""

from __future__ import annotations

import asyncio
import re
import select
import socket
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from tests.completions.scripted import event
from tests.faults.books import add_up, records
from tests.faults.callers import Call, answered, asked
from tests.faults.conftest import ROOMY
from tests.gateway.raw_request import connected
from tests.serving import Served
from tests.upstreams.scripted import DONE, FINISH, HEAD, USAGE, WORDS, Upstream, sends

READERS = 100
#: What an answer holds beside its words, and what there is in all: far more than the sockets on the way take in.
PADDING = event(b'{"id":"x","choices":[],"obfuscation":"' + b"x" * 6_000 + b'"}')
PADDINGS = 4_000
#: The pieces on their way through Lineup, each read at once and copied some times; an answer is three times that.
MEGABYTES_EACH = 8
#: Requests on one connection, and how each answer begins.
AHEAD, ANSWER = 1_000, b"HTTP/1.1 200 OK"


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


def test_requests_that_are_sent_ahead_wait_for_their_reader(served: Served, key: str) -> None:
    """Twenty connections ask for the same long document, time after time; one of them reads."""
    ask = b"GET /v1/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n"
    before = memory(served)
    with ExitStack() as stack:
        deaf = [stack.enter_context(connected(served)) for _ in range(19)]
        for each in deaf:
            each.sendall(ask * AHEAD)
        reader = stack.enter_context(connected(served))
        reader.sendall(ask * AHEAD)
        assert answers(reader) == AHEAD
        assert memory(served) - before < 2 * len(deaf)
        assert all(is_given_up(each) for each in deaf)


def answers(connection: socket.socket) -> int:
    """As many as were asked for, or until the connection is given up."""
    found, last = 0, b""
    with suppress(OSError):
        while found < AHEAD and (data := connection.recv(65536)):
            found += (last + data).count(ANSWER) - last.count(ANSWER)
            last = data[-len(ANSWER) :]
    return found


def is_given_up(connection: socket.socket) -> bool:
    """Waits for it, without reading what there is to read."""
    poll = select.poll()
    poll.register(connection, 0)
    return bool(poll.poll(60_000))


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
