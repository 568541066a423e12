"""Processes that serve on a port of this machine and end with the one that started them."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import monotonic, sleep
from typing import Protocol

from scripts.console import CannotGoOn

DIE_WITH_PARENT = Path(__file__).with_name("die_with_parent.py")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Process(Protocol):
    """What is used of subprocess.Popen."""

    @property
    def pid(self) -> int: ...
    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def send_signal(self, number: signal.Signals, /) -> None: ...


class Child:
    """`log` takes what the process prints; without it, it prints where we do."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        port: int,
        host: str = "127.0.0.1",
        environment: Mapping[str, str] | None = None,
        log: Path | None = None,
    ) -> None:
        self.name = name
        self.command = list(command)
        self.host = host
        self.port = port
        self.environment = dict(os.environ if environment is None else environment)
        self.log = log
        self.process: Process | None = None

    def start(self, patience: float = 60) -> None:
        """Returns once the port answers."""
        self.process = self.spawn()
        self._wait_for_port(patience)

    def spawn(self) -> Process:
        """In a session of its own: Ctrl-C reaches us alone, and we say when the child goes."""
        output = self.log.open("ab") if self.log else None
        try:
            return subprocess.Popen(
                [sys.executable, "-SE", str(DIE_WITH_PARENT), str(os.getpid()), *self.command],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output and subprocess.STDOUT,
                start_new_session=True,
            )
        finally:
            if output:
                output.close()

    def _wait_for_port(self, patience: float) -> None:
        end = monotonic() + patience
        while not self._answers():
            if self.code is not None:
                raise CannotGoOn(f"{self.name} did not start: {self.last_words()}")
            if monotonic() > end:
                self.kill()
                raise CannotGoOn(f"{self.name} did not open port {self.port} within {patience:.0f} s")
            sleep(0.03)

    def _answers(self) -> bool:
        try:
            socket.create_connection((self.host, self.port), timeout=1).close()
        except OSError:
            return False
        return True

    @property
    def code(self) -> int | None:
        """How the process ended; None while it runs."""
        return self.process.poll() if self.process else 0

    def last_words(self) -> str:
        lines = self.log.read_text(errors="replace").split("\n") if self.log and self.log.exists() else []
        return next((line.strip() for line in reversed(lines) if line.strip()), f"it ended with code {self.code}")

    def signal(self, number: signal.Signals) -> None:
        if self.process and self.code is None:
            self.process.send_signal(number)

    def stop(self, patience: float = 10) -> None:
        """Asks it to end, and insists when it does not."""
        if self.process and self.code is None:
            self.signal(signal.SIGTERM)
            try:
                self.process.wait(patience)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self) -> None:
        if self.process and self.code is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
