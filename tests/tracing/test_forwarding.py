"""Traces go on to W&B, for which another served Lineup stands here: what the client logs there is read back by it."""

from __future__ import annotations

import json
import time
from http import HTTPStatus
from pathlib import Path

import httpx2

from scripts.children import free_port
from tests.conftest import Serve
from tests.gateway.raw_stream import MODEL, body
from tests.serving import Served
from tests.tracing.conftest import run_python

PROJECT = "local/forwarded"
READ = """
import json, sys, weave
client = weave.init(sys.argv[1])
print(json.dumps([[call.id, call.inputs["messages"][0]["content"], call.output["choices"][0]["message"]["content"],
    call.summary["usage"], call.summary["weave"]["latency_ms"]] for call in client.get_calls()]))
"""


def ask(served: Served, key: str, text: str) -> tuple[str, str]:
    """The ID of a traced answer, and what it said."""
    headers = {"authorization": f"Bearer {key}", "x-lineup-trace": "on"}
    asked = body(text, stream=False, simulate={"length": 8})
    answer = httpx2.post(f"{served.url}/v1/chat/completions", json=asked, headers=headers, timeout=30)
    assert answer.status_code == HTTPStatus.OK, answer.text
    return answer.headers["x-request-id"], answer.json()["choices"][0]["message"]["content"]


def kept(served: Served) -> int:
    [(count,)] = served.store.query("SELECT count(*) FROM tracing_call")
    return int(count)


def wait_for(served: Served, calls: int) -> None:
    deadline = time.monotonic() + 60
    while kept(served) < calls:
        assert time.monotonic() < deadline, served.log
        time.sleep(0.1)


def test_what_is_traced_here_reads_back_there(serve: Serve, tmp_path: Path) -> None:
    there = serve()
    key = there.key()
    here = serve(WANDB_API_KEY=key, WANDB_PROJECT=PROJECT, WANDB_BASE_URL=there.url)
    own_key = here.key()
    asked = [(f"Question {number}?", *ask(here, own_key, f"Question {number}?")) for number in range(20)]
    wait_for(there, len(asked))
    done = run_python(there, key, tmp_path, "-c", READ, PROJECT)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert sorted((question, identity, said) for identity, question, said, *_ in found) == sorted(asked)
    assert all(usage[MODEL]["completion_tokens"] == 8 for *_, usage, _ in found)
    assert kept(here) == len(asked)


def test_answers_and_traces_do_not_mind_that_wandb_is_away(serve: Serve) -> None:
    here = serve(WANDB_API_KEY="no-key", WANDB_PROJECT=PROJECT, WANDB_BASE_URL=f"http://127.0.0.1:{free_port()}")
    key = here.key()
    for number in range(5):
        ask(here, key, f"Question {number}?")
    wait_for(here, 5)
    here.stop()
    assert kept(here) == 5
    assert here.log.count("W&B cannot be reached") <= 1


def test_what_waits_for_a_wandb_that_was_away_arrives(serve: Serve) -> None:
    there = serve()
    key = there.key()
    there.kill()
    here = serve(WANDB_API_KEY=key, WANDB_PROJECT=PROJECT, WANDB_BASE_URL=there.url)
    identity, _ = ask(here, here.key(), "Anybody there?")
    wait_for(here, 1)
    there.start()
    wait_for(there, 1)
    assert there.store.query("SELECT call_id FROM tracing_call") == [(identity,)]
