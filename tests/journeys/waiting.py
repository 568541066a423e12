"""How long journeys wait, and waiting for what no locator tells.

The pages forbid `eval`, with which Playwright's own waiting asks again.
"""

from __future__ import annotations

from time import monotonic
from typing import Any

from playwright.sync_api import ElementHandle, Locator, Page

#: Milliseconds that anything may take on a machine that has much else to do.
SOON = 30_000
PAUSE = 30


def until(page: Page, expression: str, arg: Any | ElementHandle = None, timeout: int = SOON) -> None:
    """Until the JavaScript gives something true; milliseconds."""
    end = monotonic() + timeout / 1000
    while not page.evaluate(expression, arg):
        assert monotonic() < end, f"never true: {expression}"
        page.wait_for_timeout(PAUSE)


def glyphs(page: Page) -> None:
    """Until they have come: its words take another room with them."""
    page.evaluate("document.fonts.ready.then(() => true)")


def settled(place: Locator) -> None:
    """Until glyphs have come and the place has not moved for half a second."""
    place.evaluate("""async (element) => {
      await document.fonts.ready;
      for (let same = 0, last = null; same < 30; ) {
        await new Promise(requestAnimationFrame);
        const { top } = element.getBoundingClientRect();
        same = top === last ? same + 1 : 0;
        last = top;
      }
    }""")
