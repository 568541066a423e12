"""Thousands of requests made from our own OpenAPI document: nothing breaks, and all answers are as it says.

Schemathesis makes proper requests and broken ones, always the same with this seed, and holds every answer against the
document: status, media type, headers, body, whether what it forbids is refused, and what needs a key or another method.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.books import RUNNING, until
from tests.serving import Served, Store
from tests.simulator.serving import Simulator

LEAST_CASES = 2_000
#: One worker: Python 3.11 now and then fails when two threads read source code, as those of schemathesis do ("AST
#: constructor recursion depth mismatch").
OPTIONS = ["--max-examples", "150", "--generation-deterministic", "--workers", "1", "--no-color", "--no-shrink"]
#: A provider may refuse what the document allows, and say why.
LEFT_OUT = ["--exclude-checks", "positive_data_acceptance"]


@pytest.fixture
def lineup(bootstrapped: Store, simulator: Simulator, tmp_path: Path) -> Iterator[Served]:
    """One with money for all of it, and a simulator that answers without waiting."""
    store = Store(tmp_path / "lineup", copy_of=bootstrapped)
    served = Served(store, simulator.base_url)
    served.start()
    served.manage("grant_credits", "Local", "1000000")
    yield served
    served.kill()
    store.drop()


def walk(served: Served, folder: Path) -> dict[str, Any]:
    program = str(Path(sys.executable).with_name("schemathesis"))
    report = folder / "report.json"
    wanted = [f"{served.url}/v1/openapi.json", "--url", f"{served.url}/v1", "--report-json-path", str(report)]
    key = ["-H", f"Authorization: Bearer {served.key()}"]
    command = [program, "run", *wanted, *key, *OPTIONS, *LEFT_OUT]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, Any] = json.loads(report.read_text())
    return found


def test_no_request_breaks_it_or_is_answered_as_the_document_does_not_say(lineup: Served, tmp_path: Path) -> None:
    report = walk(lineup, tmp_path)
    assert report["complete"]
    assert report["operations"]["tested"] == 6
    assert report["test_cases"]["generated"] >= LEAST_CASES
    assert report["test_cases"]["with_failures"] == report["test_cases"]["errored"] == 0
    until(lineup, RUNNING, 0)
