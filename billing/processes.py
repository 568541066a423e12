"""The server processes that stream completions: who this one is, which are alive, and which are dead.

A process on this machine is dead when the system no longer knows it. One elsewhere is dead when it was silent for
too long; but who was away from the database itself judges nobody until it has been back for as long.
"""

from __future__ import annotations

import os
import socket
import subprocess
import uuid
from collections.abc import Iterable
from datetime import timedelta
from functools import cache
from pathlib import Path

from django.db.models.functions import Now

from billing.models import Process
from common.ids import uuid7

#: Seconds without a heartbeat after which a process on another machine is dead.
SILENCE = 60


@cache
def current() -> uuid.UUID:
    """This process. Nothing is written for it before it beats."""
    return uuid7()


def beat() -> None:
    """By the database's clock, which all processes share."""
    if not Process.objects.filter(pk=current()).update(heartbeat_at=Now()):
        Process.objects.create(id=current(), host=host(), pid=os.getpid(), born=born(os.getpid()), heartbeat_at=Now())


def leave() -> None:
    Process.objects.filter(pk=current()).delete()


def dead(*, silent_too: bool) -> list[Process]:
    """The processes that are gone; those elsewhere only if `silent_too`."""
    neighbours = Process.objects.filter(host=host()).exclude(pk=current())
    gone = [process for process in neighbours if not _lives(process)]
    if silent_too:
        silent = Process.objects.filter(heartbeat_at__lt=Now() - timedelta(seconds=SILENCE))
        gone += silent.exclude(host=host())
    return gone


def living(ids: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Those of these processes that have not been found dead."""
    rows = Process.objects.filter(pk__in=set(ids))
    return {process.pk for process in rows if process.host != host() or _lives(process)}


def _lives(process: Process) -> bool:
    """Of a process of this host: it runs, and it is not a later one that was given the same number."""
    return process.pk == current() or (born(process.pid) == process.born and _runs(process.pid))


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@cache
def host() -> str:
    """A name for the space in which process numbers mean something: two containers of one name are two hosts."""
    parts = [socket.gethostname()]
    if (boot := Path("/proc/sys/kernel/random/boot_id")).exists():
        parts += [boot.read_text(encoding="ascii").strip(), str(Path("/proc/self/ns/pid").readlink())]
    return " ".join(parts)[:200]


def born(pid: int) -> str:
    """When the process was started, in the system's own terms; "" if there is none (a zombie is none)."""
    if not Path("/proc/self/stat").exists():
        ps = ["/bin/ps", "-o", "lstart=", "-p", str(pid)]
        return subprocess.run(ps, capture_output=True, text=True, check=False).stdout.strip()[:40]  # noqa: S603 (a number)
    try:
        # The second field is the program's name in brackets and may hold anything, so count from the last one.
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return ""
    return "" if fields[0] in "ZX" else fields[19]
