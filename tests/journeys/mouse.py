"""The mouse itself, for journeys that look whether anything moves.

A locator's click scrolls what it clicks into view where it has to try again.
"""

from __future__ import annotations

from playwright.sync_api import Locator


def click(place: Locator) -> None:
    """In its middle."""
    box = place.bounding_box()
    assert box
    place.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
