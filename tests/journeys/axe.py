"""What axe-core finds wrong with a page."""

from django.conf import settings
from playwright.sync_api import Page

RUN = """async () => {
  const runOnly = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const { violations } = await axe.run({ runOnly });
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)}`));
}"""


#: Half-way between two colours words have too little contrast. What never ends is not waited for.
REST = """async () => {
  const runs = document.getAnimations().filter(({ playState }) => playState === "running");
  const ends = runs.filter(({ effect }) => Number.isFinite(effect.getComputedTiming().endTime));
  await Promise.allSettled(ends.map(({ finished }) => finished));
}"""


def faults(page: Page) -> list[str]:
    """Of the whole page, though it was only just reached by a click."""
    page.wait_for_load_state()
    page.evaluate(REST)
    page.evaluate((settings.NODE_MODULES / "axe-core" / "axe.min.js").read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(RUN)
    return found


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    wider: int = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return wider
