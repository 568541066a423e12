"""`make run`, as somebody types it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from urllib.error import HTTPError
from urllib.request import HTTPCookieProcessor, build_opener

import httpx2
import pytest

from scripts.children import free_port
from tests.gateway.raw_stream import RawStream, body
from tests.house.files import ROOT
from tests.variables import UNSET

SETTINGS = {"DJANGO_SETTINGS_MODULE": "config.settings"}


class Run:
    """The process that make starts, in a session of its own, with nothing on its standard input."""

    def __init__(self, folder: Path, **variables: str) -> None:
        self.port = int(variables.setdefault("PORT", str(free_port())))
        self.environment = os.environ | UNSET | SETTINGS | {"VAR_DIR": str(folder)} | variables
        self.process = subprocess.Popen(
            [sys.executable, "-m", "scripts.run"],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def link(self) -> str:
        """The sign-in link, as soon as it is printed."""
        assert self.process.stdout
        said = []
        for line in self.process.stdout:
            said.append(line)
            if found := re.search(r"http://\S+/sign-in/\S+", line):
                # Whatever it says from now on, it must not wait for somebody to read it.
                Thread(target=self.process.stdout.read, daemon=True).start()
                return found.group()
        raise AssertionError("".join(said))

    def stream(self, **drill: float) -> RawStream:
        """A streamed answer that has begun."""
        command = [sys.executable, "manage.py", "create_api_key", "--user", "admin"]
        key = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=True).stdout
        stream = RawStream(self.port, key.strip(), body(simulate=drill))
        stream.until(b'"content":', 3)
        return stream

    def family(self) -> set[int]:
        """The process and all below it."""
        listing = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
        parents = {int(pid): int(parent) for pid, parent in map(str.split, listing.splitlines())}
        family = {self.process.pid}
        while more := {pid for pid, parent in parents.items() if parent in family} - family:
            family |= more
        return family

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.ended()

    def ended(self) -> int:
        code = self.process.wait(20)
        if self.process.stdout:
            self.process.stdout.close()
        return code


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    started = Run(tmp_path)
    yield started
    if started.process.poll() is None:
        started.end(signal.SIGTERM)


def gone(pids: set[int], within: float = 20) -> bool:
    end = monotonic() + within
    while any(alive(pid) for pid in pids):
        if monotonic() > end:
            return False
        sleep(0.05)
    return True


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def test_its_link_signs_the_local_admin_in_once(run: Run) -> None:
    link = run.link()
    assert link.startswith(f"http://127.0.0.1:{run.port}/sign-in/")
    with build_opener(HTTPCookieProcessor()).open(link) as page:
        assert "local/playground" in page.read().decode()
    with pytest.raises(HTTPError, match="410"):
        build_opener().open(link)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_it_stops_in_order_and_leaves_nobody_behind(run: Run, number: signal.Signals) -> None:
    run.link()
    family = run.family()
    assert len(family) == 3
    assert run.end(number) == 0
    assert gone(family)


def test_it_lets_finish_first_what_is_running(run: Run) -> None:
    run.link()
    stream = run.stream(length=60, tokens_per_second=20)
    run.process.send_signal(signal.SIGINT)
    stream.until(b"data: [DONE]")
    assert run.ended() == 0
    stream.leave()


def test_asked_again_it_waits_for_nothing(run: Run) -> None:
    run.link()
    stream = run.stream(stall_after=5, length=9)
    run.process.send_signal(signal.SIGINT)
    while httpx2.get(f"http://127.0.0.1:{run.port}/readyz", timeout=30).status_code == 200:
        sleep(0.05)
    assert run.end(signal.SIGINT) == 0
    stream.leave()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends the children of a killed process")
def test_what_it_started_ends_even_when_it_is_killed(run: Run) -> None:
    run.link()
    family = run.family()
    run.end(signal.SIGKILL)
    assert gone(family)


def test_it_starts_again_on_the_same_data(tmp_path: Path) -> None:
    for _ in range(2):
        run = Run(tmp_path)
        run.link()
        assert run.end(signal.SIGTERM) == 0


def test_a_port_that_is_taken_is_told_in_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        said = refusal(Run(tmp_path, PORT=str(port)))
    assert said == f"✗ Port {port} is taken: stop what listens there, or choose another with make run PORT={port + 1}\n"


def test_a_host_that_is_not_here_is_told_in_one_line(tmp_path: Path) -> None:
    said = refusal(Run(tmp_path, HOST="192.0.2.1"))
    assert re.fullmatch(r"✗ 192\.0\.2\.1:\d+ cannot be served \(.+\): choose another HOST or PORT\n", said)


def test_a_database_that_does_not_answer_is_told_in_one_line(tmp_path: Path) -> None:
    said = refusal(Run(tmp_path, DATABASE_URL=f"postgres://lineup@127.0.0.1:{free_port()}/lineup"))
    assert "✗ The database could not be prepared" in said.splitlines()[-1]
    assert "refused" in said.splitlines()[-1]


def refusal(run: Run) -> str:
    said, _ = run.process.communicate(timeout=60)
    assert run.process.returncode == 1
    return said
