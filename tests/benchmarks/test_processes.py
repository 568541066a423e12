from __future__ import annotations

import os
import subprocess
import sys

from benchmarks.processes import cpu_seconds, parent_of


def test_it_counts_what_children_spend() -> None:
    before = cpu_seconds(os.getpid())
    subprocess.run([sys.executable, "-c", "sum(range(30_000_000))"], check=True)
    assert cpu_seconds(os.getpid()) - before > 0.2


def test_a_process_that_has_gone_has_spent_nothing() -> None:
    assert cpu_seconds(2**22 - 1) == 0


def test_it_knows_its_parent() -> None:
    assert parent_of(os.getpid()) == os.getppid()
