"""JSON against a schema, checked by a process of its own: people write schemas, and a pattern or a web of references
may take for ever, from which no thread can be stopped. What takes too long is ended with its process.
"""

from __future__ import annotations

import atexit
import json
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from threading import Lock, Timer
from typing import Any

#: Seconds for one answer; the process itself needs a moment to start.
PATIENCE = 5.0
SCRIPT = Path(__file__).with_name("checking.py")

_lock = Lock()
_process: subprocess.Popen[str] | None = None


class NotChecked(Exception):
    pass


def first_fault(schema: Any, text: str) -> tuple[str, str] | None:
    """(path, sentence) of the first violation. Raises NotChecked with a sentence."""
    line = json.dumps([schema, text])
    with _lock:
        answer = _asked(line)
        if not answer:
            stop()
    if not answer:
        raise NotChecked("Checking it against the schema takes too long.")
    fault = json.loads(answer)
    if isinstance(fault, str):
        raise NotChecked(fault)
    return (fault[0], fault[1]) if fault else None


def _asked(line: str) -> str:
    process = _running()
    if process.stdin is None or process.stdout is None:
        return ""
    timer = Timer(PATIENCE, process.kill)
    timer.start()
    try:
        process.stdin.write(line + "\n")
        process.stdin.flush()
        answer: str = process.stdout.readline()
    except OSError:
        answer = ""
    finally:
        timer.cancel()
    return answer


def _running() -> subprocess.Popen[str]:
    global _process
    if _process is None or _process.poll() is not None:
        stop()
        # Nothing of ours is imported there, so neither settings nor database.
        command = [sys.executable, "-P", str(SCRIPT)]
        _process = subprocess.Popen(  # noqa: S603 -- our own script
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, bufsize=1
        )
    return _process


@atexit.register
def stop() -> None:
    global _process
    if _process is None:
        return
    _process.kill()
    # What it has not read is lost with it.
    with suppress(OSError), _process:
        pass
    _process = None
