"""What the browser's console is told while a page is used."""

from __future__ import annotations

from playwright.sync_api import Page


def listened(page: Page) -> list[str]:
    """Errors, as they come."""
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: told.append(str(error)))
    return told
