"""A body of tens of megabytes passes, and is never held three times over."""

from __future__ import annotations

import json
from pathlib import Path

import httpx2
import pytest

from scripts.children import Child
from tests.gateway.raw_stream import body
from tests.serving import Served

MEGABYTE = 2**20
SIZE = 40


def megabytes(child: Child, what: str) -> int:
    status = Path(f"/proc/{process(child)}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith(what))) // 1024


def process(child: Child) -> int:
    assert child.process is not None
    return child.process.pid


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="memory is read as Linux tells it")
def test_forty_megabytes_are_held_twice_at_most(api: httpx2.Client, served: Served) -> None:
    long = json.dumps(body("a" * SIZE * MEGABYTE, stream=False, n="wrong")).encode()
    assert api.post("/chat/completions", json=body(stream=False, n="wrong")).status_code == 400
    before = megabytes(served.child, "VmRSS")
    Path(f"/proc/{process(served.child)}/clear_refs").write_text("5")
    headers = {"content-type": "application/json"}
    assert api.post("/chat/completions", content=long, headers=headers).json()["error"]["param"] == "n"
    assert megabytes(served.child, "VmHWM") - before < 2.5 * SIZE
