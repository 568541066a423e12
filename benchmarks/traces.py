"""Weave's calls: how many the real client brings in, and how long questions about a million of them take.

Four clients log CALLS="4000" each, half of them below the other half. Then ROWS="1000000" calls of one project are
asked about at the served Lineup, one question after the other, from request to last byte.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import httpx2

from benchmarks.figures import Figure, percentile, say
from benchmarks.processes import cpu_seconds
from benchmarks.stage import STORAGE, Stage, stage
from benchmarks.trace_rows import PROJECT, fill
from tests.serving import ROOT

CLIENTS = 4
CALLS = int(os.environ.get("CALLS", "4000"))
ROWS = int(os.environ.get("ROWS", "1000000"))
ROUNDS = 25
MOST_SECONDS = 0.3
TITLE = f"Weave's calls, {STORAGE}"
NEWEST = [{"field": "started_at", "direction": "desc"}]
DEAREST = [{"field": "summary.weave.cost", "direction": "desc"}]
ROOTS = {"trace_roots_only": True}
OF_OP = {"op_names": [f"weave:///{PROJECT}/op/op_3:*"]}
QUESTIONS = {
    "first page": {"filter": ROOTS, "sort_by": NEWEST},
    "first page, filtered by op": {"filter": OF_OP, "sort_by": NEWEST},
    "first page, sorted by cost": {"filter": ROOTS, "sort_by": DEAREST},
}


def main() -> int:
    with stage(serve=True) as made:
        key = made.lineup.key()
        bring(made, key)
        fill(made.lineup, ROWS)
        headers = {"authorization": f"Bearer {key}"}
        with httpx2.Client(base_url=f"{made.lineup.url}/traces", headers=headers, timeout=120) as client:
            for name, question in QUESTIONS.items():
                ask(client, name, {"project_id": PROJECT, "limit": 50, **question})
    return 0


def bring(made: Stage, key: str) -> None:
    before, began = cpu_seconds(made.pid), time.monotonic()
    clients = [start(made, key, made.lineup.store.folder / f"home-{number}") for number in range(CLIENTS)]
    for client in clients:
        if client.wait():
            raise SystemExit("a client failed")
    seconds, cpu = time.monotonic() - began, cpu_seconds(made.pid) - before
    figure(f"calls of {CLIENTS} clients, a second", f"{CLIENTS * CALLS / seconds:,.0f}")
    figure("calls taken in, a CPU-second of the server", f"{CLIENTS * CALLS / cpu:,.0f}")


def start(made: Stage, key: str, home: Path) -> subprocess.Popen[str]:
    home.mkdir()
    variables = {"WANDB_BASE_URL": made.lineup.url, "WANDB_API_KEY": key, "WANDB_ERROR_REPORTING": "false"}
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": str(home), **variables}
    command = [sys.executable, "-m", "benchmarks.trace_clients", "local/brought", str(CALLS)]
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, env=environment, cwd=home, stdout=quiet, stderr=quiet, text=True)


def ask(client: httpx2.Client, name: str, body: dict[str, object]) -> None:
    client.post("/calls/stream_query", json=body).raise_for_status()
    seconds = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        answer = client.post("/calls/stream_query", json=body)
        seconds.append(time.perf_counter() - began)
        assert answer.text.count("\n") == 50
    slow = percentile(seconds, 0.95)
    figure(f"{name} of {ROWS:,}: half of {ROUNDS}", f"{percentile(seconds, 0.5) * 1e3:.0f} ms")
    figure(
        f"{name} of {ROWS:,}: 95 of 100",
        f"{slow * 1e3:.0f} ms",
        f"≤ {MOST_SECONDS * 1e3:.0f} ms",
        slow <= MOST_SECONDS,
    )


def figure(name: str, value: str, bar: str = "", passed: bool | None = None) -> None:
    say([Figure(TITLE, name, value, bar, passed)])


if __name__ == "__main__":
    sys.exit(main())
