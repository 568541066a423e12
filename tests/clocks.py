"""Processes whose clocks are wrong."""

from __future__ import annotations

import os
from datetime import timedelta

from tests.serving import ROOT


def ahead(by: timedelta) -> dict[str, str]:
    """Variables for a Python whose time of day is so far ahead; how fast time passes is left alone."""
    path = os.pathsep.join([str(ROOT / "tests" / "wrong_clock"), str(ROOT)])
    return {"PYTHONPATH": path, "CLOCK_AHEAD": str(by.total_seconds())}
