"""`make bench`: every benchmark after the other, on an otherwise idle machine; docs/benchmarks.md has the method.

ONLY="engine_overhead …" runs some of them.
"""

from __future__ import annotations

import os
import subprocess

from scripts import environment
from scripts.databases import databases
from scripts.machine import CHROMIUM, POSTGRES, REDIS, install
from scripts.words import CannotGoOn, say, spoken

IN_THE_BROWSER = ["browser_streams"]
ON_BOTH_DATABASES = ["engine_overhead", "socket_streams"]
SQLITE = {"DATABASE_URL": "", "REDIS_URL": ""}


def main() -> None:
    environment.python_packages("requirements-dev.lock")
    environment.node_packages()
    install(CHROMIUM, POSTGRES, REDIS)
    failed = missed(ON_BOTH_DATABASES, "SQLite", SQLITE)
    if POSTGRES.path() and REDIS.path():
        with databases() as urls:
            failed += missed(ON_BOTH_DATABASES, "PostgreSQL and Redis", urls)
    if CHROMIUM.path():
        failed += missed(IN_THE_BROWSER, "SQLite", SQLITE)
    if failed:
        raise CannotGoOn(f"These benchmarks failed or missed their bounds: {', '.join(failed)}")


def missed(names: list[str], storage: str, urls: dict[str, str]) -> list[str]:
    only = os.environ.get("ONLY", "").split()
    return [name for name in names if (not only or name in only) and not passes(name, storage, urls)]


def passes(name: str, storage: str, urls: dict[str, str]) -> bool:
    say(f"\n{name.replace('_', ' ')}, {storage}")
    command = [str(environment.PYTHON), "-m", f"benchmarks.{name}"]
    return not subprocess.run(command, cwd=environment.ROOT, env=os.environ | urls).returncode


if __name__ == "__main__":
    with spoken():
        main()
