"""Every width, both themes, nothing jumps, and nobody is left out."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys.axe import overflow
from tests.journeys.board import Board
from tests.journeys.waiting import glyphs, settled, until
from tests.model_ids import LLAMA, PHI, R1, SCOUT, V3
from tests.simulator.serving import Simulator

WATCH = """() => {
  window.shifted = 0;
  const add = (list) => list.getEntries().forEach(({ value }) => (window.shifted += value));
  new PerformanceObserver(add).observe({ type: "layout-shift" });
}"""

EDGES = """(lanes) => lanes.map((lane) => lane.getBoundingClientRect())
  .flatMap(({ left, right }) => [left, right])"""
WIDER = "(lane) => lane.scrollWidth - lane.clientWidth"
SHAPE = "(state) => getComputedStyle(state, '::before').clipPath"
TAB_SHAPE = "(dot) => getComputedStyle(dot).clipPath"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing(simulator: Simulator, signed_in_page: Page, scheme: Any, width: int) -> None:
    signed_in_page.set_viewport_size({"width": width, "height": 800})
    signed_in_page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    simulator.drill(PHI, status=400, message="Not today.")
    board = Board.of(signed_in_page, R1, V3, PHI)
    board.ask("A table, code and a formula, please.")
    board.are_done("AB")
    signed_in_page.wait_for_timeout(500)
    found = Axe().run(signed_in_page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("width", [320, 768, 1280, 1600, 2560])
@pytest.mark.parametrize("models", [[V3], [V3, LLAMA], [V3, LLAMA, PHI, R1], [V3, LLAMA, PHI, R1, SCOUT]], ids=len)
def test_no_page_scrolls_sideways(signed_in_page: Page, width: int, models: list[str]) -> None:
    signed_in_page.set_viewport_size({"width": width, "height": 800})
    Board.of(signed_in_page, *models)
    assert signed_in_page.evaluate("document.documentElement.scrollWidth") <= width
    heights = signed_in_page.locator(".lane-head").evaluate_all("(heads) => heads.map((head) => head.offsetHeight)")
    assert max(heights) <= 44


@pytest.mark.parametrize("width", [1440, 1443, 1000, 700])
@pytest.mark.parametrize("models", [[V3, LLAMA], [V3, LLAMA, PHI], [V3, LLAMA, PHI, R1, SCOUT]], ids=len)
def test_lanes_begin_and_end_on_whole_pixels(signed_in_page: Page, width: int, models: list[str]) -> None:
    signed_in_page.set_viewport_size({"width": width, "height": 845})
    Board.of(signed_in_page, *models)
    edges = signed_in_page.locator("[data-lane]").evaluate_all(EDGES)
    assert edges == [round(edge) for edge in edges]
    board = signed_in_page.locator(".board").evaluate(f"(board) => ({EDGES})([board])")
    assert max(edges) >= board[1], "the last one ends where the board does"


def test_a_state_is_told_by_shape_and_by_words_however_narrow_the_lane(
    simulator: Simulator, signed_in_page: Page
) -> None:
    simulator.drill(V3, echo="Short.")
    simulator.drill(PHI, status=400, message="Not today.")
    signed_in_page.set_viewport_size({"width": 390, "height": 844})
    board = Board.of(signed_in_page, V3, PHI)
    board.ask()
    board.is_("A", "done")
    board.is_("B", "failed")
    for letter, words in (("A", "Done"), ("B", "Failed")):
        expect(board.lane(letter).locator("[data-lane-state]")).to_have_attribute("title", words)
    shapes = [board.lane(letter).locator("[data-lane-state]").evaluate(SHAPE) for letter in "AB"]
    tabs = [signed_in_page.locator(f"[data-tab={letter}] .state-dot").evaluate(TAB_SHAPE) for letter in "AB"]
    assert shapes == tabs
    assert len(set(shapes)) == 2
    expect(signed_in_page.locator("[data-tab=B]")).to_have_attribute("title", "B Phi 4 Mini, failed")


@pytest.mark.parametrize("width", [390, 1440])
def test_lists_and_quotes_of_many_levels_stay_within_their_lane(
    simulator: Simulator, signed_in_page: Page, width: int
) -> None:
    lists = "\n".join(f"{'  ' * level}- Level {level}" for level in range(30))
    quotes = "\n>\n".join(f"{'>' * (level + 1)} Quote {level}" for level in range(30))
    simulator.drill(echo=f"{lists}\n\n{quotes}\n")
    signed_in_page.set_viewport_size({"width": width, "height": 844})
    board = Board.of(signed_in_page, V3, LLAMA, PHI)
    board.ask()
    board.are_done("ABC")
    assert overflow(signed_in_page) <= 0
    for letter in "ABC":
        assert board.lane(letter).locator("[data-lane-scroll]").evaluate(WIDER) == 0
    widths = (
        board.answer("A").locator("li, blockquote").evaluate_all("(all) => all.map(({ clientWidth }) => clientWidth)")
    )
    assert len(widths) > 20
    assert min(widths) > 150, "what is deep has room to be read"


def test_nothing_jumps_while_answers_stream(simulator: Simulator, signed_in_page: Page, complaints: list[str]) -> None:
    simulator.drill(ttft=0.3, tokens_per_second=200)
    board = Board.of(signed_in_page, R1, V3, LLAMA)
    glyphs(signed_in_page)
    signed_in_page.evaluate(WATCH)
    board.ask()
    board.are_done("ABC")
    assert signed_in_page.evaluate("window.shifted") < 0.01


def test_whoever_scrolled_up_is_left_alone_and_finds_the_way_back(simulator: Simulator, signed_in_page: Page) -> None:
    simulator.drill(echo="\n\n".join(f"Paragraph {number}." for number in range(200)), tokens_per_second=100)
    board = Board.of(signed_in_page, V3)
    board.ask()
    lane = board.lane("A").locator("[data-lane-scroll]")
    expect(board.answer("A")).to_contain_text("Paragraph 40.")
    lane.hover()
    signed_in_page.mouse.wheel(0, -300)
    expect(board.lane("A").locator("[data-jump-latest]")).to_be_visible()
    settled(board.lane("A").locator("[data-message]").first)
    place = lane.evaluate("(lane) => lane.scrollTop")
    expect(board.answer("A")).to_contain_text("Paragraph 120.")
    assert lane.evaluate("(lane) => lane.scrollTop") == place
    board.lane("A").locator("[data-jump-latest]").click()
    board.are_done("A")
    expect(board.lane("A").locator("[data-jump-latest]")).to_be_hidden()
    # It follows in the frame after the one that brought the end.
    until(
        signed_in_page,
        "(lane) => lane.scrollHeight - lane.clientHeight - lane.scrollTop < 10",
        lane.element_handle(),
    )


def test_on_a_phone_tabs_lead_from_lane_to_lane(signed_in_page: Page) -> None:
    signed_in_page.set_viewport_size({"width": 390, "height": 800})
    board = Board.of(signed_in_page, V3, LLAMA, PHI)
    tab = signed_in_page.locator("[data-tab=C]")
    tab.click()
    expect(board.lane("C")).to_be_in_viewport(ratio=0.9)
    expect(tab).to_have_attribute("aria-current", "true")


def test_the_end_of_a_lane_is_announced_once(simulator: Simulator, signed_in_page: Page) -> None:
    simulator.drill(echo="Short.")
    board = Board.of(signed_in_page, V3)
    board.ask()
    expect(signed_in_page.locator("#announcer")).to_contain_text("Lane A: done, 2 tokens in")
