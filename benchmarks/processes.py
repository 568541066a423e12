"""CPU time that processes have used, as Linux counts it."""

from __future__ import annotations

import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(root: int) -> float:
    """Of this process, its living descendants, and their children that have ended."""
    fields = {pid: _fields(pid) for pid in _pids()}
    family, grown = {root}, True
    while grown:
        children = {pid for pid, stat in fields.items() if stat and int(stat[1]) in family} - family
        family |= children
        grown = bool(children)
    return sum(sum(int(ticks) for ticks in stat[11:15]) for pid in family if (stat := fields.get(pid))) / TICKS


def parent_of(pid: int) -> int:
    return int(_fields(pid)[1])


def _pids() -> list[int]:
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdecimal()]


def _fields(pid: int) -> list[str]:
    """What follows the command's name in /proc/PID/stat; empty for a process that has gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def resident_mb(root: int) -> float:
    """Most that the process ever had in memory."""
    status = Path(f"/proc/{root}/status").read_text()
    return next(int(line.split()[1]) / 1024 for line in status.split("\n") if line.startswith("VmHWM:"))
