"""Processes of Lineup's that begin with the libraries already read, which is most of what a start costs.

Each is forked from a process that has imported LIBRARIES and nothing of Lineup's: its settings, its database and
its threads are its own, as after `python -m daphne`.
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
import runpy
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from scripts.children import Child, Process
from scripts.die_with_parent import die_with

#: What a Lineup imports of other people's and none of its settings changes.
LIBRARIES = (
    "autobahn.websocket.protocol",
    "channels.routing",
    "cryptography.x509",
    "django.contrib.staticfiles.handlers",
    "django.core.handlers.asgi",
    "django.core.management",
    "django.db.backends.postgresql.base",
    "django.db.backends.sqlite3.base",
    "django.db.migrations.executor",
    "django.forms",
    "django.template.engine",
    "django.views.generic",
    "google.protobuf.json_format",
    "graphql",
    "httpx",
    "openai.resources.chat",
    "opentelemetry.proto.collector.trace.v1.trace_service_pb2",
    "psycopg",
    "pydantic",
    "redis.asyncio",
    "rich.traceback",
    "sqlparse",
    "stripe",
    "structlog",
    "twisted.internet.endpoints",
    "twisted.web.http",
)
ROOT = str(Path(__file__).resolve().parent.parent)
_forking = multiprocessing.get_context("forkserver")
_forking.set_forkserver_preload(list(LIBRARIES))


class Forked:
    """A child, with as much of subprocess.Popen as those who look after children use."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], out: Path, err: Path) -> None:
        """`command` begins with Python and a script or `-m`; what it prints is appended to the files."""
        arguments = (list(command), dict(environment), str(out), str(err))
        self._process = _forking.Process(target=_become, args=arguments, daemon=True)
        self._process.start()

    @property
    def pid(self) -> int:
        return self._process.pid or 0

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        if (code := self.poll()) is None:
            raise subprocess.TimeoutExpired("a forked child", timeout or 0)
        return code

    def send_signal(self, number: signal.Signals) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)


class ForkedChild(Child):
    def spawn(self) -> Process:
        if not _is_forkable(self.environment):
            return super().spawn()
        out = self.log or Path(os.devnull)
        return Forked(self.command, self.environment, out, out)


def run(command: Sequence[str], environment: Mapping[str, str]) -> tuple[int, str, str]:
    """Its code, and what it printed on both streams."""
    if not _is_forkable(environment):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout, done.stderr
    with TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        code = Forked(command, environment, out, err).wait()
        return code, out.read_text(), err.read_text()


def _is_forkable(environment: Mapping[str, str]) -> bool:
    """A path of its own may change what Python does before anything is imported: it starts in the ordinary way."""
    return environment.get("PYTHONPATH", ROOT) == ROOT


def _become(command: list[str], environment: dict[str, str], out: str, err: str) -> None:
    os.setsid()
    die_with(os.getppid())
    os.environ.clear()
    os.environ.update(environment)
    for path, descriptor in ((os.devnull, 0), (out, 1), (err, 2)):
        opened = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644)
        os.dup2(opened, descriptor)
        os.close(opened)
    try:
        _run(command[1:])
    finally:
        # Of a process that multiprocessing made they would not be asked for.
        atexit._run_exitfuncs()


def _run(arguments: list[str]) -> None:
    if arguments[0] == "-m":
        sys.argv = arguments[1:]
        runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = arguments
        sys.path.insert(0, str(Path(arguments[0]).parent))
        runpy.run_path(arguments[0], run_name="__main__")
