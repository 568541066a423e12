"""A PostgreSQL and a Redis for one test run: on free ports, in a folder that goes away with them."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from scripts.children import Child, free_port
from scripts.console import CannotGoOn
from scripts.programs import POSTGRES, REDIS

#: A test run may lose its data in a power cut.
HASTE = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200"]


@contextmanager
def databases() -> Iterator[dict[str, str]]:
    """DATABASE_URL and REDIS_URL of the two."""
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="lineup-databases-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        postgres, redis = make_postgres(folder), make_redis(folder)
        for child in (postgres, redis):
            stack.callback(child.stop)
            child.start()
        yield {
            "DATABASE_URL": f"postgres://lineup@127.0.0.1:{postgres.port}/postgres",
            "REDIS_URL": f"redis://127.0.0.1:{redis.port}",
        }


def make_postgres(folder: Path, options: Sequence[str] = HASTE) -> Child:
    binary = Path(POSTGRES.path())
    data, port = folder / "postgres", free_port()
    data.mkdir(mode=0o700)
    if not os.geteuid():
        # PostgreSQL refuses to run as root, so it gets to its folder as the user that its package made.
        shutil.chown(data, "postgres", "postgres")
        folder.chmod(0o755)
    initdb = [
        *_as_postgres(),
        str(binary.with_name("initdb")),
        "--no-sync",
        "-A",
        "trust",
        "-U",
        "lineup",
        "-D",
        str(data),
    ]
    made = subprocess.run(initdb, cwd=folder, capture_output=True, text=True)
    if made.returncode:
        raise CannotGoOn(f"PostgreSQL could not be set up: {made.stderr.strip().splitlines()[-1]}")
    words = [word for option in [*options, f"unix_socket_directories={data}"] for word in ("-c", option)]
    command = [*_as_postgres(), str(binary), "-D", str(data), "-h", "127.0.0.1", "-p", str(port), *words]
    return Child("PostgreSQL", command, port=port, log=folder / "postgres.log")


def _as_postgres() -> list[str]:
    if os.geteuid():
        return []
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--pdeathsig", "TERM"]


def make_redis(folder: Path) -> Child:
    port = free_port()
    command = [REDIS.path(), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--databases", "64"]
    return Child("Redis", [*command, "--dir", str(folder)], port=port, log=folder / "redis.log")
