"""The program that logs our calls at W&B, by Weave's own client: `python -I forward.py team/project`.

It is a process of its own because that client patches libraries and keeps threads. It reads calls from its standard
input, each a JSON object on a line, until that ends. What fails, it tells on standard error once in a while.
"""

from __future__ import annotations

import json
import os
import select
import sys
import time
from collections.abc import Iterator
from typing import Any

import weave

STDIN = 0
MOST_BYTES = 1_000_000
#: Seconds until W&B is tried to be reached again; between two complaints.
REST, QUIET = 10.0, 60.0

_told_at = -QUIET
_lost = 0


def main(project: str) -> None:
    client = None
    while client is None:
        try:
            client = weave.init(project)
        except Exception as error:
            tell(f"W&B cannot be reached, traces wait: {error}")
            if is_over_after(REST):
                return
    for lines in batches():
        send(client, lines)


def send(client: Any, lines: list[bytes]) -> None:
    """The client tries again by itself for a while."""
    global _lost
    ours = {"project_id": f"{client.entity}/{client.project}"}
    try:
        client.server.calls_complete({"batch": [json.loads(line) | ours for line in lines]})
    except Exception as error:
        _lost += len(lines)
        tell(f"{_lost} traces were not forwarded to W&B: {error}")


def batches() -> Iterator[list[bytes]]:
    """Lines that came together."""
    parts: list[bytes] = []
    while data := os.read(STDIN, MOST_BYTES):
        parts.append(data)
        if b"\n" in data:
            *lines, rest = b"".join(parts).split(b"\n")
            parts = [rest]
            yield lines


def is_over_after(seconds: float) -> bool:
    """Whether nobody writes to our input any more."""
    poll = select.poll()
    poll.register(STDIN, select.POLLHUP)
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        if any(event & select.POLLHUP for _, event in poll.poll(min(left, 1.0) * 1000)):
            return True
        time.sleep(min(left, 1.0))
    return False


def tell(what: str) -> None:
    global _told_at
    if time.monotonic() - _told_at >= QUIET:
        _told_at = time.monotonic()
        print(what[:500], file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
