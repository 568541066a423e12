"""The line between a tab and the server: what is late on it, lost or refused, and a line that dies without a word."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.board import Board
from tests.journeys.line import Line
from tests.model_ids import V3
from tests.simulator.serving import Simulator

TEXT = " ".join(f"word{number}" for number in range(2000))
SHORT = " ".join(f"word{number}" for number in range(400))
#: So that what waits for a frame to be drawn waits until it is told.
FRAMES = """
  const draw = window.requestAnimationFrame.bind(window);
  let waiting = null;
  window.requestAnimationFrame = (callback) => (waiting ? waiting.push(callback) : draw(callback));
  window.holdFrames = () => (waiting = []);
  window.drawFrames = () => {
    waiting.forEach(draw);
    waiting = null;
  };
"""
#: What was kept by the tab was kept an hour ago.
AGE = """() => {
  for (const key of Object.keys(sessionStorage).filter((key) => key.startsWith("asked:"))) {
    const left = JSON.parse(sessionStorage[key]).map((each) => ({ ...each, at: each.at - 3600e3 }));
    sessionStorage[key] = JSON.stringify(left);
  }
}"""


def test_an_answer_that_another_took_the_place_of_says_nothing_of_its_lane(
    simulator: Simulator, signed_in_page: Page
) -> None:
    """As with mock results: an answer ends, and the lane comes with the next one in it."""
    simulator.drill(echo="The first.")
    signed_in_page.add_init_script(FRAMES)
    line = Line(signed_in_page)
    board = Board.of(signed_in_page, V3)
    line.hold("ended")
    board.ask()
    expect(board.answer("A")).to_have_text("The first.")
    line.comes("ended")
    line.hold()
    simulator.drill(echo=TEXT, tokens_per_second=100)
    board.act(board.lane("A").locator("[data-message]").first, "Retry")
    line.comes("lane")
    signed_in_page.evaluate("holdFrames()")
    first = board.answer("A").get_attribute("data-answer-id") or ""
    line.let_go()
    expect(board.answer("A")).not_to_have_attribute("data-answer-id", first)
    expect(board.answer("A")).to_have_attribute("data-answer-state", "streaming")
    signed_in_page.evaluate("drawFrames()")
    expect(board.answer("A")).to_contain_text("word150")
    expect(board.lane("A")).to_have_attribute("data-state", "streaming")
    expect(board.lane("A").locator("[data-stop-lane]")).to_be_visible()
    expect(board.send).to_have_attribute("data-state", "running")
    board.send.click()
    board.is_("A", "stopped")


def cut_off(simulator: Simulator, page: Page) -> tuple[Line, Board]:
    """Two lanes were being answered, and are by now, of which the tab has heard the beginning."""
    simulator.drill(echo=SHORT, stall_after=300, stall_for=6, ttft=0, tokens_per_second=0)
    line = Line(page)
    board = Board.of(page)
    board.ask()
    board.streams()
    line.die()
    simulator.settled()
    return line, board


def has_all(board: Board) -> None:
    board.are_done()
    assert [board.said(letter).strip() for letter in "AB"] == [SHORT, SHORT]


@pytest.mark.parametrize("is_looked_at", [True, False])
def test_a_line_that_is_dead_without_a_word_is_noticed(
    simulator: Simulator, signed_in_page: Page, is_looked_at: bool
) -> None:
    """When somebody looks at the tab again; and where answers are awaited, when nothing is heard for long."""
    signed_in_page.clock.install()
    _, board = cut_off(simulator, signed_in_page)
    if is_looked_at:
        signed_in_page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    else:
        signed_in_page.clock.fast_forward(10_000)
        signed_in_page.clock.fast_forward(10_000)
    signed_in_page.clock.fast_forward(6_000)
    has_all(board)


def test_a_tab_that_is_refused_what_it_lacks_asks_again(simulator: Simulator, signed_in_page: Page) -> None:
    """As while a database fails over: it is not connected before it has what it lacks."""
    line, board = cut_off(simulator, signed_in_page)
    line.resumes_to_refuse = 2
    line.is_noticed()
    has_all(board)
    assert not line.resumes_to_refuse


def test_what_was_sent_on_a_dead_line_is_sent_after_a_reload_once(simulator: Simulator, signed_in_page: Page) -> None:
    simulator.drill(echo="Here I am.")
    line = Line(signed_in_page)
    board = Board.of(signed_in_page)
    board.draft("Are you")
    line.die()
    board.composer.press_sequentially(" there?")
    board.composer.press("Enter")
    expect(board.composer).to_have_value("")
    for _ in range(2):
        signed_in_page.reload()
        board.is_connected()
        board.are_done()
        expect(board.lane("A").locator("[data-message]")).to_have_count(2)
        expect(board.lane("A").locator("[data-message]").first).to_contain_text("Are you there?")
        expect(board.composer).to_have_value("")


def test_what_was_asked_long_ago_is_not_asked_by_itself(simulator: Simulator, signed_in_page: Page) -> None:
    """A browser that brings back its tabs brings back what they had kept."""
    line = Line(signed_in_page)
    board = Board.of(signed_in_page)
    board.ask("Rivers")
    board.are_done()
    asked = len(simulator.ledger()["requests"])
    line.die()
    board.act(board.lane("A").locator("[data-message]").last, "Retry")
    board.ask("Lakes")
    signed_in_page.evaluate(AGE)
    signed_in_page.reload()
    board.is_connected()
    expect(board.composer).to_have_value("Lakes")
    expect(board.lane("A").locator("[data-message]")).to_have_count(2)
    assert len(simulator.ledger()["requests"]) == asked


def test_what_is_refused_stands_before_what_is_written_meanwhile_and_is_a_draft_again(
    simulator: Simulator, signed_in_page: Page, signed_in_context: BrowserContext
) -> None:
    """On a slow line: another tab has sent something of which this one has not heard."""
    simulator.drill(length=5000, tokens_per_second=100)
    line = Line(signed_in_page)
    board = Board.of(signed_in_page)
    other = Board(signed_in_context.new_page())
    other.page.goto(signed_in_page.url)
    other.is_connected()
    line.hold()
    other.ask()
    other.streams()
    board.ask("And lakes?")
    board.composer.fill("Or seas?")
    line.comes("error")
    line.let_go()
    expect(board.composer).to_have_value("And lakes?\n\nOr seas?")
    expect(signed_in_page.locator("[data-composer-status]")).to_contain_text("still answering")
    signed_in_page.reload()
    expect(board.composer).to_have_value("And lakes?\n\nOr seas?")
    other.send.click()
    other.is_("A", "stopped")


def test_what_is_sent_where_the_comparison_is_gone_is_given_back(
    signed_in_page: Page, signed_in_context: BrowserContext
) -> None:
    line = Line(signed_in_page)
    board = Board.of(signed_in_page)
    other = signed_in_context.new_page()
    other.goto(signed_in_page.url)
    Board(other).is_connected()
    line.hold()
    board.ask("Rivers")
    other.locator("[data-comparison-menu]").click()
    other.get_by_role("menuitem", name="Delete…").click()
    other.locator("#confirm").get_by_role("button", name="Delete").click()
    expect(other).to_have_url("/playground/history")
    expect(board.composer).to_have_value("Rivers")
    board.ask("Lakes")
    expect(board.composer).to_have_value("Lakes")
    expect(signed_in_page.locator("[data-composer-status]")).to_contain_text("This comparison was deleted")
    expect(board.send).to_have_attribute("data-state", "idle")
