"""`make test`: all tests; on SQLite, again on PostgreSQL and Redis, and the journeys in a real browser.

ARGS="…" is handed to pytest.
"""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
from typing import NamedTuple

from scripts import clients, environment
from scripts.console import say, spoken
from scripts.databases import databases
from scripts.programs import CHROMIUM, POSTGRES, REDIS, install

#: Tests wait more than they work: for servers that start, streams that stall, clocks that run out.
PARALLEL = ["-n", str(2 * (os.cpu_count() or 1)), "--dist", "worksteal"]
#: PostgreSQL and Redis want some of the machine for themselves.
GENTLY = ["-n", str(3 * (os.cpu_count() or 1) // 2), "--dist", "worksteal"]
#: Nothing in these depends on the database, or others ask it for the same.
ONCE = [
    f"--ignore=tests/{path}"
    for path in (
        *("benchmarks", "clients", "common", "config", "house", "scripts", "simulator"),
        *(f"gateway/test_{name}.py" for name in ("large_bodies", "raw_requests", "reference", "schemathesis")),
        "billing/test_any_life.py",
        "inference_catalog/test_samples_run.py",
        "playground/test_markdown.py",
    )
]
NO_TESTS_COLLECTED = 5
#: Letters of a failure at the end of everything; the whole of it stands further above.
WIDTH = 180
CLIENTS = {"CLIENTS_PYTHON": "LangChain and the llm command", "CLIENTS_NODE": "the AI SDK"}


def main() -> None:
    environment.python_packages("requirements-dev.lock")
    environment.node_packages()
    install(CHROMIUM, POSTGRES, REDIS)
    others = clients.install()
    runs = [pytest("Tests on SQLite", "not journey", PARALLEL, others)]
    if POSTGRES.path() and REDIS.path():
        with databases() as urls:
            runs.append(pytest("Tests on PostgreSQL and Redis", "not journey", [*GENTLY, *ONCE], urls))
    if CHROMIUM.path():
        runs.append(pytest("Journeys in Chromium", "journey", PARALLEL, {"CHROMIUM": CHROMIUM.path()}))
    skipped(others)
    tell(runs)
    if not all(run.passed for run in runs):
        sys.exit(1)


class Run(NamedTuple):
    name: str
    passed: bool
    summary: str
    #: pytest's lines of what failed.
    failures: list[str]


def tell(runs: list[Run]) -> None:
    """What failed comes last: of a long log people are often shown the end alone."""
    for run in runs:
        say(f"{run.name}: {run.summary}")
    for run in runs:
        for failure in run.failures:
            say(f"{run.name}: {failure[:WIDTH]}")


def pytest(name: str, marker: str, options: list[str], more: dict[str, str] | None = None) -> Run:
    say(f"\n{name}")
    clean = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "REDIS_URL")}
    arguments = ["-q", "-m", marker, *options, *shlex.split(os.environ.get("ARGS", ""))]
    process = subprocess.Popen(
        [str(environment.PYTHON), "-m", "pytest", *arguments],
        cwd=environment.ROOT,
        env=clean | (more or {}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    last, failures = "", []
    try:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            last = line.strip() or last
            if line.startswith(("FAILED tests/", "ERROR tests/")):
                failures.append(last)
    except BaseException:
        process.send_signal(signal.SIGTERM)
        raise
    return Run(name, process.wait() in (0, NO_TESTS_COLLECTED), last, failures)


def skipped(others: dict[str, str]) -> None:
    if not CHROMIUM.path():
        say("NOT RUN: the journeys (tests/journeys), for want of Chromium: apt-get install chromium")
    if not (POSTGRES.path() and REDIS.path()):
        say("NOT RUN: the tests on PostgreSQL and Redis: apt-get install postgresql redis-server")
    for variable, names in CLIENTS.items():
        if variable not in others:
            say(f"NOT RUN: {names} (tests/clients), for want of their packages: see above")


def stop(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, stop)
    with spoken():
        main()
