"""Runs a command to its end, its output kept, its progress told."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path
from time import monotonic

from scripts.words import say

EVERY = 5.0


def follow(
    command: list[str], log: Path, *, count: str = "\n", total: int = 0, folder: Path | None = None
) -> tuple[int, list[str]]:
    """Exit code and lines; says every few seconds how many lines began with `count`."""
    lines: list[str] = []
    told = monotonic()
    # A session of its own: Ctrl-C reaches us, and we end it.
    process = subprocess.Popen(
        command,
        cwd=folder,
        text=True,
        errors="replace",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        with log.open("w", encoding="utf-8") as file:
            for line in process.stdout or ():
                file.write(line)
                lines.append(line.rstrip())
                if total and monotonic() - told > EVERY:
                    told = monotonic()
                    say(f"  {sum(line.startswith(count) for line in lines)} of {total}")
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        raise
    return process.wait(), lines
