"""What /v1 costs beside the upstream alone: CPU-ms a request, CPU-µs a chunk, and what a caller waits longer.

Everything is switched on: keys, country, limits, reservation, metering. Lineup's one process and its database have one
CPU, the reference upstream and the callers another. ROUNDS sets how often all is measured; the medians are told.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any

import psycopg

from benchmarks.figures import Figure, percentile, say
from benchmarks.processes import cpu_seconds, parent_of, resident_mb
from benchmarks.stage import Stage, stage
from scripts.children import Child, free_port
from tests.model_ids import PHI
from tests.serving import DATABASE_URL, ROOT

ROUNDS = int(os.environ.get("ROUNDS", "3"))
#: Seconds after the last answer in which work for it may still be done.
AFTERWARDS = 1.5
#: Everybody may run as much as the benchmark wants. The callers stand for a proxy that says where they are.
SETTINGS = {
    "CONCURRENCY_PER_USER": "5000",
    "CONCURRENCY_PER_PROJECT": "5000",
    "BLOCKED_COUNTRIES": "AQ",
    "COUNTRY_HEADER": "X-Country",
    "TRUSTED_PROXIES": "127.0.0.1/32",
}
DATABASE = "PostgreSQL" if DATABASE_URL else "SQLite"
Seen = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Target:
    """Where callers knock: at Lineup, or at the upstream itself."""

    port: int
    key: str
    #: Processes whose CPU time counts.
    roots: tuple[int, ...] = ()

    def cpu(self) -> float:
        return sum(cpu_seconds(root) for root in self.roots)

    def called(self, chunks: int, *, every: float = 0, stream: bool = True, **wish: Any) -> Seen:
        """What callers saw, with the CPU-seconds it cost under `cpu`."""
        said = [{"role": "user", "content": "How is cement made?"}]
        body = {"model": PHI, "messages": said, "stream": stream, "bench": {"chunks": chunks, "every": every}}
        command = [
            sys.executable,
            "-m",
            "benchmarks.callers",
            json.dumps(wish | {"port": self.port, "key": self.key, "body": body}),
        ]
        before = self.cpu()
        with on_cpu(1):
            output = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout
        time.sleep(AFTERWARDS if self.roots else 0)
        seen: Seen = json.loads(output)
        assert not seen["errors"], f"callers met errors: {seen['errors']}"
        return seen | {"cpu": self.cpu() - before}


@dataclass(slots=True)
class Round:
    """Seconds and counts of one server, in one round."""

    took: list[float]
    request: float
    bulk_chunk: float
    lone_chunk: float
    first: list[float]
    closed: list[float]


@contextmanager
def on_cpu(number: int) -> Iterator[None]:
    """What is started inside stays on this CPU, where there are two."""
    everywhere = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {sorted(everywhere)[min(number, len(everywhere) - 1)]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, everywhere)


def main() -> None:
    upstream = Child("The upstream", [], port=free_port(), environment=os.environ | {"PYTHONPATH": str(ROOT)})
    upstream.command = [sys.executable, "-m", "benchmarks.reference_upstream", str(upstream.port)]
    with on_cpu(1):
        upstream.start()
    try:
        for server in ("daphne", "uvicorn"):
            measure(server, upstream)
    finally:
        upstream.kill()


def measure(server: str, upstream: Child) -> None:
    with stage(serve=False, UPSTREAM_BASE_URL=f"http://127.0.0.1:{upstream.port}/v1", **SETTINGS) as made:
        lineup = served_by(server, made)
        with on_cpu(0):
            lineup.start()
        try:
            roots = (_pid(lineup), *_database(made))
            through = Target(lineup.port, made.lineup.key(), roots)
            direct = Target(upstream.port, "none")
            through.called(8, at_once=8, requests=200)
            rounds = [(a_round(direct, upstream), a_round(through, upstream)) for _ in range(ROUNDS)]
            say(figures(server, rounds))
            say(crowd(server, through, lineup))
        finally:
            lineup.kill()


def served_by(server: str, made: Stage) -> Child:
    child = made.lineup.child
    if server == "uvicorn":
        options = ["--host", child.host, "--port", str(child.port), "--no-access-log", "--log-level", "warning"]
        child.command = [sys.executable, "-m", "uvicorn", *options, "config.asgi:application"]
    return child


def _pid(child: Child) -> int:
    assert child.process is not None
    return child.process.pid


def _database(made: Stage) -> tuple[int, ...]:
    """PostgreSQL's first process, moved to Lineup's CPU with all that it starts from now on; SQLite has none."""
    if not made.lineup.store.database_url:
        return ()
    with psycopg.connect(made.lineup.store.database_url) as database:
        root = parent_of(database.info.backend_pid)
    os.sched_setaffinity(root, {min(os.sched_getaffinity(0))})
    return (root,)


def a_round(target: Target, upstream: Child) -> Round:
    one = target.called(64, stream=False, at_once=1, seconds=3)
    many = target.called(64, stream=False, at_once=32, seconds=5)
    bulk = target.called(256, at_once=8, seconds=5)
    lone = target.called(100, every=0.02, at_once=200, requests=400, ramp=2)
    return Round(
        took=one["took"],
        request=many["cpu"] / many["answers"],
        bulk_chunk=bulk["cpu"] / (256 * bulk["answers"]),
        lone_chunk=lone["cpu"] / (100 * lone["answers"]),
        first=lone["first"],
        closed=closed(target, upstream),
    )


def closed(target: Target, upstream: Child) -> list[float]:
    """Seconds from each caller's leaving to the upstream's connection being closed."""
    before = len(_stats(upstream)["left_at"])
    left_at = sorted(target.called(200, every=0.05, at_once=10, requests=10, leave_after=5)["left_at"])
    end = time.monotonic() + 15
    while len(seen := _stats(upstream)["left_at"][before:]) < len(left_at) and time.monotonic() < end:
        time.sleep(0.05)
    assert len(seen) == len(left_at), "an upstream connection was not closed"
    return [at - left for at, left in zip(sorted(seen), left_at, strict=True)]


def _stats(upstream: Child) -> dict[str, Any]:
    with urllib.request.urlopen(f"http://127.0.0.1:{upstream.port}/stats") as answer:
        found: dict[str, Any] = json.load(answer)
        return found


def figures(server: str, rounds: list[tuple[Round, Round]]) -> list[Figure]:
    def added(name: str, share: float) -> float:
        return median(
            percentile(getattr(through, name), share) - percentile(getattr(direct, name), share)
            for direct, through in rounds
        )

    through = [through for _, through in rounds]
    last = max(lag for each in through for lag in each.closed)
    request, bulk, lone = (
        median(getattr(each, name) for each in through) for name in ("request", "bulk_chunk", "lone_chunk")
    )
    return [
        _figure(server, "W1 added latency, p50", added("took", 0.5), "ms", 3),
        _figure(server, "W1 added latency, p99", added("took", 0.99), "ms", 8),
        _figure(server, "W2 CPU a request, 32 at a time", request, "ms", 1.2),
        _figure(server, "W3 CPU a chunk, 256 in one write, 8 streams", bulk, "µs", 15),
        _figure(server, "W4 CPU a chunk, each on its own, 200 streams", lone, "µs", 95),
        _figure(server, "W4 added time to first token, p99", added("first", 0.99), "ms", 50),
        _figure(server, "W5 caller's leaving to closed upstream, longest", last, "ms", 1000),
    ]


def _figure(server: str, name: str, seconds: float, unit: str, bar: float) -> Figure:
    """Bars are for daphne, which serves Lineup."""
    value = seconds * {"ms": 1e3, "µs": 1e6}[unit]
    title = f"/v1, {server}, {DATABASE}"
    if server != "daphne":
        return Figure(title, name, f"{value:.2f} {unit}")
    return Figure(title, name, f"{value:.2f} {unit}", f"≤ {bar:g} {unit}", value <= bar)


def crowd(server: str, target: Target, lineup: Child) -> list[Figure]:
    """A thousand streams at once, then another thousand: what the process holds afterwards."""
    sizes = []
    for _ in range(2):
        target.called(40, every=0.25, at_once=1000, requests=1000, ramp=3)
        sizes.append(resident_mb(_pid(lineup)))
    title = f"/v1, {server}, {DATABASE}"
    bar = ("≤ 250 MB", sizes[-1] <= 250) if server == "daphne" else ("", None)
    return [
        Figure(title, "memory after 1,000 streams at once", f"{sizes[0]:.0f} MB"),
        Figure(title, "memory after 1,000 more", f"{sizes[-1]:.0f} MB", *bar),
    ]


if __name__ == "__main__":
    main()
