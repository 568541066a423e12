"""Waiting for what no locator tells. The pages forbid `eval`, with which Playwright's own waiting asks again."""

from __future__ import annotations

from time import monotonic
from typing import Any

from playwright.sync_api import ElementHandle, Page

from tests.journeys.board import SOON

PAUSE = 30


def until(page: Page, expression: str, arg: Any | ElementHandle = None, timeout: int = SOON) -> None:
    """Until the JavaScript gives something true; milliseconds."""
    end = monotonic() + timeout / 1000
    while not page.evaluate(expression, arg):
        assert monotonic() < end, f"never true: {expression}"
        page.wait_for_timeout(PAUSE)
