"""How soon the Playground is there: its first load, a long comparison, the list of very many models; in Chromium."""

from __future__ import annotations

import sys
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from benchmarks.browser_streams import FLAGS
from benchmarks.figures import Figure, percentile, say
from benchmarks.playground_rows import LANES, MESSAGES, MODELS, fill
from benchmarks.stage import Stage, stage
from scripts.programs import CHROMIUM

OPENED = Path(__file__).with_name("opened.js").read_text(encoding="utf-8")
ROUNDS = 7
MOST_BYTES = 250_000
MOST_OPENING, MOST_PICKING, MOST_KEY = 1000, 100, 16
#: Milliseconds between the pointer's coming to a button and its press.
REACTION = 150
#: Milliseconds between two keys of somebody who types fast.
KEYS_APART = 100
TYPED = "model 77 instruct"
IS_OPEN = "() => window.opened?.readable != null && window.opened?.ready != null"
IS_WHOLE = "() => !document.querySelector('[data-earlier]')"
OPEN_MENU = """() => timed(
  () => document.querySelector("[data-model-picker]").click(),
  () => document.querySelector("[data-lane] [data-picker-root]")?.checkVisibility())"""
OPEN_MODELS = """() => timed(
  () => document.querySelector("[data-lane] [data-submenu]").click(),
  () => document.querySelector("[data-lane] [data-picker-group=serverless] [data-pick]")?.checkVisibility())"""
HOW_SOON = """() => {
  const [{ responseEnd, domContentLoadedEventEnd }] = performance.getEntriesByType("navigation");
  return { page: responseEnd, scripts: domContentLoadedEventEnd, readable: opened.readable, ready: opened.ready };
}"""
TYPE = """(text) => {
  const search = document.querySelector("[data-lane] [data-picker-search]");
  search.value = text;
  return taken(() => search.dispatchEvent(new InputEvent("input", { bubbles: true })), search);
}"""


def main() -> int:
    if not CHROMIUM.path():
        print("There is no Chromium here: apt-get install chromium", file=sys.stderr)
        return 1
    with stage(serve=True) as made:
        address = made.lineup.url + fill(made.lineup)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM.path(), args=FLAGS)
            measure(made, browser, address)
            browser.close()
    return 0


def measure(made: Stage, browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 1920, "height": 1080})
    context.add_init_script(OPENED)
    page = context.new_page()
    page.goto(made.lineup.sign_in_link())
    say(first_load(context, address))
    say(opening(page, address))
    say(picking(page, address))


def first_load(context: BrowserContext, address: str) -> list[Figure]:
    """With an empty cache; what a sign-in loaded is not there any more."""
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    kinds: dict[str, str] = {}
    sizes: dict[str, int] = {"Script": 0, "Stylesheet": 0}

    def begun(event: dict[str, Any]) -> None:
        kinds[event["requestId"]] = event["type"]

    def ended(event: dict[str, Any]) -> None:
        if (kind := kinds.get(event["requestId"], "")) in sizes:
            sizes[kind] += event["encodedDataLength"]

    for name in ("Network.enable", "Network.clearBrowserCache"):
        devtools.send(name)
    devtools.on("Network.responseReceived", begun)
    devtools.on("Network.loadingFinished", ended)
    took = opened(page, address)
    page.close()
    size = sum(sizes.values())
    return [
        bar(
            "first load, JS and CSS on the wire",
            f"{size / 1e3:.0f} kB",
            f"< {MOST_BYTES / 1e3:.0f} kB",
            size < MOST_BYTES,
        ),
        bar(f"{NAME}, nothing cached", f"{max(took.values()):.0f} ms"),
    ]


NAME = f"{LANES} lanes of {MESSAGES} messages open"


STEPS = {"page": "the page has come", "scripts": "its scripts have run", "readable": "the last lane can be read"}


def opened(page: Page, address: str) -> dict[str, float]:
    page.goto(address, wait_until="commit")
    page.wait_for_function(IS_OPEN, timeout=120_000)
    found: dict[str, float] = page.evaluate(HOW_SOON)
    return found


def opening(page: Page, address: str) -> list[Figure]:
    rounds = [opened(page, address) for _ in range(ROUNDS)]
    half = median(max(each.values()) for each in rounds)
    return [
        bar(f"{NAME}: half of {ROUNDS}", f"{half:.0f} ms", f"< {MOST_OPENING} ms", half < MOST_OPENING),
        *(
            bar(f"of that, until {what}", f"{median(each[step] for each in rounds):.0f} ms")
            for step, what in STEPS.items()
        ),
        bar("longest task meanwhile", f"{page.evaluate('Math.max(0, ...opened.tasks)'):.0f} ms"),
    ]


def picking(page: Page, address: str) -> list[Figure]:
    menus, lists = [], []
    for _ in range(ROUNDS):
        opened(page, address)
        page.hover("[data-model-picker]")
        # Nobody presses sooner than they get there.
        page.wait_for_timeout(REACTION)
        menus.append(page.evaluate(OPEN_MENU))
        lists.append(page.evaluate(OPEN_MODELS))
    page.wait_for_function(IS_WHOLE)
    typed = [TYPED[: end + 1] for end in range(len(TYPED))]
    keys = [key(page, text) for text in [*typed, *reversed(typed), ""]]
    slow = percentile(keys, 0.95)
    return [
        picked(f"picker of {MODELS:,} models opens: half of {ROUNDS}", median(menus)),
        picked(f"its {MODELS:,} models open: half of {ROUNDS}", median(lists)),
        bar(f"a key in its search: half of {len(keys)}", f"{median(keys):.1f} ms"),
        bar("a key in its search: 95 of 100", f"{slow:.1f} ms", f"< {MOST_KEY} ms", slow < MOST_KEY),
    ]


def key(page: Page, text: str) -> float:
    page.wait_for_timeout(KEYS_APART)
    took: float = page.evaluate(TYPE, text)
    return took


def picked(name: str, took: float) -> Figure:
    return bar(name, f"{took:.0f} ms", f"< {MOST_PICKING} ms", took < MOST_PICKING)


def bar(name: str, value: str, limit: str = "", passed: bool | None = None) -> Figure:
    return Figure("Playground in the browser", name, value, limit, passed)


if __name__ == "__main__":
    sys.exit(main())
