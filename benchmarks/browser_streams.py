"""What a person sees: eight lanes of 4,000 tokens, 100 a second each, in Chromium at a quarter of its speed."""

from __future__ import annotations

import asyncio
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.figures import Figure, percentile, say
from benchmarks.marked import QUESTION, Marked, marked
from benchmarks.stage import Stage, stage
from benchmarks.tabs import Person
from scripts.programs import CHROMIUM

LANES = 8
TOKENS = 4000
RATE = 100
SLOWDOWN = 4
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
WATCH = Path(__file__).with_name("watch.js").read_text(encoding="utf-8")
DONE = '[data-lane][data-state="done"]'
LATEST, LEAST_FRAMES = 0.5, 30


@dataclass
class Wire:
    """What came over the tab's socket."""

    bytes: int = 0
    frames: int = 0

    def take(self, event: dict[str, Any]) -> None:
        self.bytes += len(event["response"]["payloadData"].encode())
        self.frames += 1


def main() -> int:
    if not CHROMIUM.path():
        print("There is no Chromium here: apt-get install chromium", file=sys.stderr)
        return 1
    with stage(serve=True) as made:
        address = asyncio.run(comparison(made))
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM.path(), args=FLAGS)
            say(measured(made, browser, f"{made.lineup.url}/playground/{address}"))
            browser.close()
    return 0


async def comparison(made: Stage) -> str:
    async with Person(made) as person:
        return await person.comparison(LANES)


def measured(made: Stage, browser: Browser, address: str) -> list[Figure]:
    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    page.goto(made.lineup.sign_in_link())
    devtools, wire = page.context.new_cdp_session(page), Wire()
    devtools.send("Network.enable")
    devtools.on("Network.webSocketFrameReceived", wire.take)
    page.goto(address)
    page.wait_for_selector("[data-composer]")
    text = marked(TOKENS)
    made.simulator.drill(echo=text.text, tokens_per_second=RATE, jitter=0)
    # Until loading is over, and whatever the page still had to do then.
    time.sleep(2)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
    page.evaluate(WATCH)
    page.fill("[data-composer]", QUESTION)
    page.click("[data-send]")
    until_all_are_done(page)
    return figures(text, page.evaluate("watched()"), wire, made.simulator.ledger()["requests"])


def until_all_are_done(page: Page) -> None:
    deadline = time.monotonic() + TOKENS / RATE + 120
    while page.locator(DONE).count() < LANES:
        assert time.monotonic() < deadline, "some lanes are not done"
        page.wait_for_timeout(1000)


def figures(text: Marked, watched: dict[str, Any], wire: Wire, requests: list[dict[str, Any]]) -> list[Figure]:
    assert len(requests) == LANES, f"{len(requests)} requests for {LANES} lanes"
    assert {entry["generated_tokens"] for entry in requests} == {text.tokens}, "an answer was not whole"
    # The earliest schedule for all lanes: what is measured is never less than what was.
    first = min(entry["first_token"]["wall"] for entry in requests)
    ended = max(entry["ended"]["wall"] for entry in requests)
    seen = {lane: {int(mark): at for mark, at in marks.items()} for lane, marks in watched["seen"].items()}
    last = max(marks[max(text.at)] for marks in seen.values())
    waits = [at - first - (text.at[mark] - 1) / RATE for marks in seen.values() for mark, at in marks.items()]
    frames = [at for at in watched["frames"] if first <= at <= last]
    tasks = [length for _, length in watched["tasks"]]
    size = LANES * len(text.text.encode())
    return [
        bar("long tasks over 50 ms", f"{len(tasks)} (longest {max(tasks, default=0):.0f} ms)", "none", not tasks),
        bar("last token visible after it was sent", f"{last - ended:.2f} s", f"≤ {LATEST} s", last - ended <= LATEST),
        bar(
            "frames a second",
            f"{len(frames) / (last - first):.0f}",
            f"≥ {LEAST_FRAMES}",
            len(frames) / (last - first) >= LEAST_FRAMES,
        ),
        bar(
            "on the wire",
            f"{wire.bytes / 1e3:.0f} kB for {size / 1e3:.0f} kB of text",
            f"≤ {(1.5 * size + 50_000) / 1e3:.0f} kB",
            wire.bytes <= 1.5 * size + 50_000,
        ),
        bar("token to visible text, p50", f"{percentile(waits, 0.5) * 1e3:.0f} ms"),
        bar("token to visible text, p95", f"{percentile(waits, 0.95) * 1e3:.0f} ms"),
        bar("marks looked for that were seen", f"{len(waits)} of {LANES * len(text.at)}"),
    ]


def bar(name: str, value: str, limit: str = "", passed: bool | None = None) -> Figure:
    return Figure(f"Browser, {LANES} × {RATE} tokens/s × {TOKENS}, {SLOWDOWN}× slower", name, value, limit, passed)


if __name__ == "__main__":
    sys.exit(main())
