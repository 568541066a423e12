"""How often: as often as fits into every run, and ten times that in `make test-long`."""

from __future__ import annotations

import os


def scaled(times: int) -> int:
    return times * int(os.environ.get("FAULTS_TIMES") or 1)
