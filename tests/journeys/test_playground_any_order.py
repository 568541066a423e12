"""Two tabs do what comes to their minds, in any order: both show in the end what a third one finds."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, StorageState, WebSocketRoute, expect

from tests.journeys.board import Board
from tests.journeys.waiting import SOON, until
from tests.model_ids import LLAMA, V3
from tests.serving import Served
from tests.simulator.serving import Simulator

ROUNDS, STEPS = 4, 8
#: Title, and of each lane: letter, model, state, and what was said by whom.
READ = """() => ({
  title: document.querySelector("[data-title]").textContent.trim(),
  lanes: [...document.querySelectorAll("[data-lane]")].map((lane) => [
    lane.dataset.lane, lane.dataset.laneId, lane.getAttribute("aria-label"), lane.dataset.state,
    lane.querySelector("[data-lane-state]").textContent, lane.querySelector(".lane-empty").textContent,
    ...[...lane.querySelectorAll("[data-message]")].map((message) => [
      message.dataset.message, message.dataset.role,
      message.querySelector(".message-role").textContent.replace(/\\s+/g, " ").trim(),
      message.querySelector(".message-text, [data-answer]").textContent.replace(/\\s+/g, " ").trim(),
      message.querySelector("[data-foot]")?.textContent.replace(/\\s+/g, " ").trim(),
    ]),
  ]),
})"""
#: Presses the nth of these, as a pointer would that is quick enough: whatever is there at this moment.
PRESS = """([selector, number]) => {
  const found = [...document.querySelectorAll(selector)];
  found[number % found.length]?.click();
}"""
LET_GO = """() => {
  const form = document.querySelector(".message.editing");
  const waits = document.querySelector(".htmx-request");
  if (!waits) form?.querySelector("[data-edit-cancel]").click();
  return !form && !waits;
}"""
RUNNING = "[data-lane]:not([data-state=idle], [data-state=done], [data-state=stopped], [data-state=failed])"
BUTTONS = {
    "retry": "[data-actions] [data-retry]",
    "delete": "[data-actions] [aria-label=Delete]",
    "stop one": "[data-stop-lane]:not([hidden])",
    "duplicate": "[data-lane] [hx-post$='/duplicate']",
    "close": "[data-lane] [hx-post$='/close']",
}
VERBS = [*BUTTONS, "ask", "ask", "add", "stop all", "edit", "rename", "reload", "cut off", "connect"]


class Tab:
    def __init__(self, page: Page, chance: random.Random) -> None:
        self.page, self.board, self.chance = page, Board(page), chance
        self.said = 0

    def does(self, verb: str) -> None:
        if verb in BUTTONS:
            self.page.evaluate(PRESS, [BUTTONS[verb], self.chance.randrange(40)])
        else:
            getattr(self, verb.replace(" ", "_"))()

    def _new(self, kind: str) -> str:
        self.said += 1
        return f"{kind} {self.said} of {id(self)}"

    def ask(self) -> None:
        self.board.ask(self._new("Question"))

    def add(self) -> None:
        self.board.composer.fill(self._new("Note"))
        self.page.evaluate(PRESS, ["[data-add]", 0])

    def stop_all(self) -> None:
        self.board.composer.press("Escape")

    def edit(self) -> None:
        """Saved by the next edit of this tab: until then it may be overtaken, and its form gone."""
        self.page.evaluate(
            """(text) => {
              const form = document.querySelector(".message.editing");
              if (!form) return;
              form.querySelector("textarea").value = text;
              form.querySelector("[type=submit]").click();
            }""",
            self._new("Edited"),
        )
        self.page.evaluate(PRESS, ["[data-actions] [aria-label=Edit]", self.chance.randrange(40)])

    def rename(self) -> None:
        """Without a network it comes to nothing."""
        self.page.evaluate(
            """(title) => {
              htmx.ajax("POST", `${location.pathname}/title`, { target: "#title", values: { title } }).catch(() => {});
            }""",
            self._new("Title"),
        )

    def reload(self) -> None:
        """Without a network it would be an error page of the browser's."""
        self.connect()
        self.page.reload()

    def cut_off(self) -> None:
        self.page.context.set_offline(True)

    def connect(self) -> None:
        self.page.context.set_offline(False)

    def reads(self) -> Any:
        return self.page.evaluate(READ)


@pytest.fixture
def two(browser: Browser, served: Served, admin_state: StorageState) -> Iterator[list[Page]]:
    """Each with a network of its own."""
    contexts = [browser.new_context(base_url=served.url, storage_state=admin_state) for _ in range(2)]
    yield [context.new_page() for context in contexts]
    for context in contexts:
        context.close()


def quiet(tabs: list[Tab]) -> None:
    for tab in tabs:
        tab.connect()
        tab.board.is_connected()
        # An edit that was begun and not saved is no part of the comparison.
        until(tab.page, LET_GO)
    for tab in tabs:
        expect(tab.page.locator(RUNNING)).to_have_count(0, timeout=2 * SOON)
        expect(tab.page.locator("[data-composer-form] [data-send]")).to_have_attribute("data-state", "idle")


@pytest.mark.parametrize("seed", [1, 2])
def test_two_tabs_show_what_a_third_one_finds(simulator: Simulator, two: list[Page], seed: int) -> None:
    simulator.drill(tokens_per_second=150, length=25)
    chance = random.Random(seed)
    Board.of(two[0], V3, LLAMA)
    two[1].goto(two[0].url)
    tabs = [Tab(page, chance) for page in two]
    for _ in range(ROUNDS):
        quiet(tabs)
        for _ in range(STEPS):
            chance.choice(tabs).does(chance.choice(VERBS))
        quiet(tabs)
        third = two[0].context.new_page()
        third.goto(two[0].url)
        Board(third).is_connected()
        wanted = third.evaluate(READ)
        third.close()
        for tab in tabs:
            # What was told last is shown within a moment.
            until(tab.page, f"(wanted) => JSON.stringify(({READ})()) === JSON.stringify(wanted)", wanted)


def test_what_was_overtaken_changes_nothing(simulator: Simulator, signed_in_page: Page) -> None:
    """A resume is answered beside what is on its way, so a tab may hear of an answer's beginning after its end."""
    simulator.drill(echo="All of it.")
    heard: list[str | bytes] = []
    lines: list[WebSocketRoute] = []

    def relay(line: WebSocketRoute) -> None:
        server = line.connect_to_server()
        lines.append(line)

        def pass_on(frame: str | bytes) -> None:
            heard.append(frame)
            line.send(frame)

        server.on_message(pass_on)

    signed_in_page.route_web_socket("**/ws/playground/*", relay)
    board = Board.of(signed_in_page)
    board.ask()
    board.are_done()
    board.lane("A").locator("[data-model-picker]").click()
    old = signed_in_page.locator('[data-lane="A"] .lane-model-name').inner_text()
    signed_in_page.get_by_role("menuitem", name="Serverless Inference").click()
    signed_in_page.locator('[data-lane="A"] [data-pick="microsoft/Phi-4-mini-instruct"]').click()
    expect(board.lane("A").locator(".lane-model-name")).to_have_text("Phi 4 Mini")
    told = [str(frame) for frame in heard]
    stale = [frame for frame in told if '"phase"' in frame or '"d"' in frame]
    [head] = [frame for frame in told if '"lane-head"' in frame]
    assert stale
    older = head.replace("Phi 4 Mini", old).replace('"revision":', '"revision":-')
    for frame in [*stale, older, '{"type":"title","title":"After all that"}']:
        lines[-1].send(frame)
    expect(signed_in_page.locator("[data-title]")).to_have_text("After all that")
    board.are_done()
    assert board.said("A").strip() == "All of it."
    expect(board.lane("A").locator(".lane-model-name")).to_have_text("Phi 4 Mini")
