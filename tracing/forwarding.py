"""Our own completions as calls at W&B too, where it is set up: handed to a program of its own that logs them there.

    forwarding.submit([complete, …])

It returns at once: a thread feeds the program (tracing/forward.py), and what W&B does not take for long is given up.
"""

from __future__ import annotations

import logging
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

from common.one import One
from tracing.call_shapes import Complete

log = logging.getLogger(__name__)

PROGRAM = Path(__file__).with_name("forward.py")
#: Calls that wait, and their bytes; more than these are given up.
WAITING, WAITING_BYTES = 10_000, 64_000_000
#: Seconds: for what waits when Lineup ends; until a program that ended is started again; between two complaints.
PATIENCE, REST, QUIET = 2.0, 60.0, 60.0
CLIENT = {
    "WANDB_ERROR_REPORTING": "false",
    "WEAVE_LOG_LEVEL": "CRITICAL",
    "WEAVE_PRINT_CALL_LINK": "false",
    "WEAVE_IMPLICITLY_PATCH_INTEGRATIONS": "false",
    "WEAVE_USE_SERVER_CACHE": "false",
    "WEAVE_ENABLE_DISK_FALLBACK": "false",
    "WEAVE_RETRY_MAX_ATTEMPTS": "8",
    "WEAVE_RETRY_MAX_INTERVAL": "30",
}


class Forwarder:
    def __init__(self) -> None:
        self._queue: queue.Queue[bytes] = queue.Queue(WAITING)
        self._bytes, self._guard = 0, threading.Lock()
        self._leaving = threading.Event()
        self._program: subprocess.Popen[bytes] | None = None
        self._started_at = -REST
        self._lost, self._told_at = 0, -QUIET
        self._thread = threading.Thread(target=self._serve, name="forwarder", daemon=True)
        self._thread.start()

    def submit(self, line: bytes) -> None:
        with self._guard:
            is_room = self._bytes + len(line) <= WAITING_BYTES and not self._queue.full()
            if is_room:
                self._bytes += len(line)
                self._queue.put_nowait(line)
        if not is_room:
            self._lose("too many wait")

    def stop(self) -> None:
        """Waits a moment for what is on its way."""
        self._leaving.set()
        self._thread.join(PATIENCE)
        program = self._program
        if program is None:
            return
        if not self._thread.is_alive() and program.stdin is not None:
            program.stdin.close()
        try:
            program.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            program.kill()
            program.wait()

    # In the thread ---------------------------------------------------------------------------

    def _serve(self) -> None:
        while not (self._leaving.is_set() and self._queue.empty()):
            try:
                line = self._queue.get(timeout=0.2)
            except queue.Empty:
                continue
            self._write(line)
            with self._guard:
                self._bytes -= len(line)

    def _write(self, line: bytes) -> None:
        try:
            stdin = self._running().stdin
            if stdin is not None:
                stdin.write(line)
                stdin.flush()
        except OSError as error:
            self._lose(str(error))

    def _running(self) -> subprocess.Popen[bytes]:
        """Should it end again and again, it is not started again and again. Raises OSError."""
        while self._program is None or self._program.poll() is not None:
            wait = self._started_at + REST - time.monotonic()
            if wait > 0 and self._leaving.wait(wait):
                raise OSError("Lineup ends")
            self._started_at = time.monotonic()
            command = [sys.executable, "-I", str(PROGRAM), settings.WANDB_PROJECT]
            self._program = subprocess.Popen(  # noqa: S603 (our own program and setting, no shell)
                command,
                env=_environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                # Ctrl-C is for Lineup, which ends it in order.
                start_new_session=True,
            )
        return self._program

    def _lose(self, why: str) -> None:
        self._lost += 1
        if time.monotonic() - self._told_at >= QUIET:
            self._told_at = time.monotonic()
            log.error("%d traces were not forwarded to W&B: %s", self._lost, why)


def _environment() -> dict[str, str]:
    wandb = {"WANDB_API_KEY": settings.WANDB_API_KEY, "WANDB_BASE_URL": settings.WANDB_BASE_URL}
    return settings.SURROUNDINGS | CLIENT | wandb


_forwarder = One(Forwarder)


def submit(calls: Iterable[Complete]) -> None:
    """Does nothing where no W&B is set up."""
    if not (settings.WANDB_API_KEY and settings.WANDB_PROJECT):
        return
    forwarder = _forwarder.get()
    for call in calls:
        forwarder.submit(call.model_dump_json().encode() + b"\n")


def stop() -> None:
    """The next use starts it anew."""
    _forwarder.stop()
