"""A key and a prompt that can be recognised anywhere: they are nowhere but where they belong."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.completions.scripted import Act, closing
from tests.conftest import Serve
from tests.faults.books import RUNNING, until
from tests.faults.callers import Call, answered, asked
from tests.serving import Served
from tests.upstreams.scripted import DONE, FINISH, HEAD, USAGE, WORDS, Upstream, sends

PROMPT = "canary-prompt-Zq7"
ANSWER = "canary-answer-Zq7"
UPSTREAM_KEY = "canary-upstream-key-Zq7"
SAID = b'data: {"choices":[{"index":0,"delta":{"content":"' + ANSWER.encode() + b'"}}]}\n\n'
#: A provider that repeats everything to everybody: its key, its address, what it was asked.
TALE = json.dumps(
    {"error": {"message": f"{UPSTREAM_KEY} may not ask {PROMPT!r} of https://secret.example/v1"}}
).encode()


def refuses(status: int, body: bytes, kind: bytes = b"application/json") -> Act:
    return sends(b"HTTP/1.1 %d No\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n" % (status, kind, len(body)) + body)


ACTS: list[Act] = [
    sends(HEAD, SAID, FINISH, USAGE, DONE),
    sends(HEAD, SAID),
    sends(HEAD, SAID, b"data: " + TALE + b"\n\n"),
    sends(HEAD, b"data: " + TALE + b"\n\n"),
    sends(HEAD, b"data: " + PROMPT.encode() + b"\n\n"),
    refuses(401, TALE),
    refuses(500, TALE),
    refuses(502, b"<html>" + TALE + b"</html>", b"text/html"),
    closing,
]


@pytest.fixture
def provider() -> Iterator[Upstream]:
    with Upstream() as serving:
        yield serving


@pytest.fixture(params=["WARNING", "DEBUG"])
def served(serve: Serve, provider: Upstream, request: pytest.FixtureRequest) -> Served:
    served = serve(LOG_LEVEL=request.param, UPSTREAM_BASE_URL=provider.base_url, UPSTREAM_API_KEY=UPSTREAM_KEY)
    served.manage("sync_catalog")
    served.manage(
        "shell", "-c", "from inference_catalog.models import Provider as P; P.objects.exclude(slug='upstream').delete()"
    )
    return served


async def every_way(served: Served, key: str, provider: Upstream) -> list[bytes]:
    """What was answered."""
    heard = []
    for act in ACTS:
        provider.does(act)
        heard += [await answered(served, key, asked(PROMPT, stream=stream)) for stream in (True, False)]
        assert len(provider.asked) >= 2
    wrong: tuple[dict[str, Any], ...] = ({"model": "no/such-model"}, {"messages": []}, {"n": "two"})
    heard += [await answered(served, key, asked(PROMPT) | members) for members in wrong]
    heard += [await answered(served, key + "x", asked(PROMPT))]
    return [call.body for call in heard]


async def leaves_and_dies(served: Served, key: str, provider: Upstream) -> None:
    provider.does(sends(HEAD, WORDS, 3600.0))
    left, held = [await Call.send(served, key, asked(PROMPT)) for _ in range(2)]
    await asyncio.gather(left.until(b"three"), held.until(b"three"))
    left.leave()
    await asyncio.to_thread(until, served, RUNNING, 1)
    served.kill()
    held.leave()
    served.start()
    await answered(served, key + "x", asked(PROMPT))


def break_the_books(served: Served) -> None:
    """What is settled now finds no table for its record: an exception with all its traces."""
    rename = "ALTER TABLE billing_usagerecord RENAME TO gone"
    served.manage("shell", "-c", f"from django.db import connection; connection.cursor().execute('{rename}')")


def rows(served: Served) -> str:
    """The whole database as text, where it is no file in the folder."""
    if not served.store.database_url:
        return ""
    tables = served.store.query("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
    return "\n".join(str(served.store.query(f'SELECT t::text FROM "{table}" AS t')) for (table,) in tables)


def everything(served: Served) -> dict[str, bytes]:
    """Logs, database, spool and whatever else Lineup writes, and what the system shows of its process."""
    files = {str(path): path.read_bytes() for path in served.store.folder.rglob("*") if path.is_file()}
    process: Any = served.child.process
    shown = Path(f"/proc/{process.pid}/cmdline").read_bytes() + Path(f"/proc/{process.pid}/comm").read_bytes()
    return files | {"process": shown, "rows": rows(served).encode()}


def places(written: dict[str, bytes], *canaries: str) -> list[tuple[str, str]]:
    return [(place, canary) for place, data in written.items() for canary in canaries if canary.encode() in data]


async def test_no_canary_is_anywhere(served: Served, provider: Upstream) -> None:
    key = served.key()
    heard = await every_way(served, key, provider)
    await leaves_and_dies(served, key, provider)
    break_the_books(served)
    provider.does(ACTS[0])
    heard += [(await answered(served, key, asked(PROMPT, stream=stream))).body for stream in (True, False)]
    written = everything(served)
    assert "Traceback" in served.log
    assert places(written, "faults"), "not even the name of the client is found"
    assert places(written, key, PROMPT, ANSWER, UPSTREAM_KEY) == []
    answers = {f"answer {number}": body for number, body in enumerate(heard)}
    assert places(answers, key, UPSTREAM_KEY, "secret.example", provider.base_url) == []
