"""Runs a command to its end, its output kept, its progress told."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from time import monotonic

from scripts.console import say

EVERY = 5.0


def follow(
    command: list[str], log: Path, *, count: str = "\n", total: int = 0, folder: Path | None = None
) -> tuple[int, list[str]]:
    """Exit code and lines; says every few seconds how many lines began with `count`."""
    lines: list[str] = []
    # A session of its own: Ctrl-C reaches us, and we end it.
    with subprocess.Popen(
        command,
        cwd=folder,
        text=True,
        errors="replace",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as process:
        try:
            with log.open("w", encoding="utf-8") as file:
                for line in told(process.stdout or (), count, total):
                    file.write(line)
                    lines.append(line.rstrip())
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    return process.returncode, lines


def told(lines: Iterable[str], count: str, total: int) -> Iterator[str]:
    """The lines as they come, their number said now and then."""
    counted, last = 0, monotonic()
    for line in lines:
        counted += line.startswith(count)
        if total and monotonic() - last > EVERY:
            last = monotonic()
            say(f"  {counted} of {total}")
        yield line
