from __future__ import annotations

import os
import subprocess
import sys

from tests.simulator.serving import ROOT, Simulator


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    bare = {"PATH": os.environ["PATH"]}
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=bare, capture_output=True, text=True, timeout=20, check=False
    )


def test_it_needs_neither_django_nor_anything_of_lineup() -> None:
    ours = "config common accounts inference_catalog billing completions gateway playground django"
    code = f"import sys, simulator.app, simulator.server; print(sorted(set({ours.split()}) & set(sys.modules)))"
    assert run("-c", code).stdout.strip() == "[]"


def test_it_says_when_its_port_is_taken(simulator: Simulator) -> None:
    done = run("-m", "simulator", "--port", str(simulator.port))
    assert done.returncode == 1
    assert "cannot listen" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_it_refuses_a_drill_that_cannot_be_meant() -> None:
    done = run("-m", "simulator", "--drill", '{"status": 200}')
    assert done.returncode == 2
    assert "status" in done.stderr
