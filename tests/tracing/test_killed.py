"""Many clients at once, and a server that is killed under them: every call is there once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from http import HTTPStatus
from pathlib import Path

import httpx2

from tests.conftest import Serve
from tests.serving import ROOT, Served

#: Each call has another below it.
CLIENTS, CALLS = 4, 2_000
PROJECT = "local/crowd"
PROGRAM = """
import json, sys, weave
client = weave.init(sys.argv[1])
@weave.op
def below(number): return number
@weave.op
def above(number): return below(number)
ids = [above.call(number)[1].id for number in range(int(sys.argv[2]))]
weave.finish()
print(json.dumps(ids))
"""


def begin(served: Served, key: str, home: Path) -> subprocess.Popen[str]:
    home.mkdir()
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "HOME": str(home),
        "WANDB_BASE_URL": served.url,
        "WANDB_API_KEY": key,
        "WANDB_ERROR_REPORTING": "false",
        # It gives up what it could not send three times, however long a server takes to come back.
        "WEAVE_RETRY_MAX_ATTEMPTS": "8",
    }
    command = [sys.executable, "-c", PROGRAM, PROJECT, str(CALLS)]
    return subprocess.Popen(
        command, env=environment, cwd=home, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )


def said(client: subprocess.Popen[str]) -> list[str]:
    """The last line it prints; those before show how it is getting on."""
    ids: list[str] = json.loads(client.communicate(timeout=240)[0].splitlines()[-1])
    return ids


def asked(served: Served, key: str, path: str, **said: object) -> httpx2.Response:
    headers = {"authorization": f"Bearer {key}"}
    return httpx2.post(f"{served.url}/traces{path}", json={"project_id": PROJECT, **said}, headers=headers, timeout=60)


def how_many(served: Served, key: str) -> int:
    answer = asked(served, key, "/calls/query_stats")
    return int(answer.json()["count"]) if answer.status_code == HTTPStatus.OK else 0


def kept(served: Served, key: str) -> list[dict[str, str | None]]:
    answer = asked(served, key, "/calls/stream_query", columns=["parent_id"])
    assert answer.status_code == HTTPStatus.OK, answer.text
    return [json.loads(line) for line in answer.text.splitlines()]


def test_every_call_is_there_once_after_the_server_was_killed(serve: Serve, tmp_path: Path) -> None:
    served = serve()
    key = served.key()
    clients = [begin(served, key, tmp_path / f"home-{number}") for number in range(CLIENTS)]
    while how_many(served, key) < CLIENTS * CALLS // 2:
        assert all(client.poll() in (None, 0) for client in clients)
        time.sleep(0.2)
    served.kill()
    assert any(client.poll() is None for client in clients), "the clients were done before the server was killed"
    time.sleep(1)
    served.start()
    ids = [call_id for client in clients for call_id in said(client)]
    found = kept(served, key)
    roots = [str(call["id"]) for call in found if call["parent_id"] is None]
    assert len(ids) == CLIENTS * CALLS
    assert sorted(roots) == sorted(ids)
    assert sorted(str(call["parent_id"]) for call in found if call["parent_id"]) == sorted(ids)
