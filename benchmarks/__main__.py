"""All benchmarks, one after the other, as one table; ONLY="engine_overhead …" runs some of them.

Each runs in a process of its own, on SQLite and, where PostgreSQL and Redis are here, on these. Fails when one fails or
misses its bar.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping

from benchmarks.figures import HEAD, MISSED
from scripts.databases import databases
from scripts.programs import CHROMIUM, POSTGRES, REDIS
from tests.serving import ROOT

ON_BOTH_DATABASES = (
    "gateway",
    "engine_overhead",
    "socket_streams",
    "stopping",
    "usage_pages",
    "traces",
    "trace_pages",
    "traced_answers",
)
IN_THE_BROWSER = ("browser_streams", "playground_pages")
SQLITE = {"DATABASE_URL": "", "REDIS_URL": ""}


def main() -> int:
    print(HEAD, flush=True)
    failed = missed(ON_BOTH_DATABASES, SQLITE)
    if POSTGRES.path() and REDIS.path():
        with databases() as urls:
            failed += missed(ON_BOTH_DATABASES, urls)
    if CHROMIUM.path():
        failed += missed(IN_THE_BROWSER, SQLITE)
    if failed:
        print(f"\nFailed or missed a bar: {', '.join(failed)}", file=sys.stderr)
    return bool(failed)


def missed(names: tuple[str, ...], urls: Mapping[str, str]) -> list[str]:
    only = os.environ.get("ONLY", "").split()
    return [name for name in names if (not only or name in only) and not passes(name, urls)]


def passes(name: str, urls: Mapping[str, str]) -> bool:
    """Whether it ran to its end and met its bars; its rows are passed on as they come."""
    command = [sys.executable, "-m", f"benchmarks.{name}"]
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | urls, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    rows = []
    with process.stdout as output:
        for row in output:
            print(row, end="", flush=True)
            rows.append(row)
    return process.wait() == 0 and not any(MISSED in row for row in rows)


if __name__ == "__main__":
    sys.exit(main())
