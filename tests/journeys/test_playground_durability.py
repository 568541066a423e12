"""Reload, a second tab, a network that drops, a tab that is closed: same text, no gap, no duplicate."""

import time

from playwright.sync_api import BrowserContext, Page, Response, Route, expect

from tests.journeys.board import Board
from tests.model_ids import LLAMA, V3
from tests.simulator.serving import Simulator

TEXT = " ".join(f"word{number}" for number in range(400))
#: Before a pause in the typing, however busy the machine is.
WRITE_AND_LEAVE = """(box, text) => {
  box.value = text;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  setTimeout(() => location.reload());
}"""


def slowly(simulator: Simulator, tokens_per_second: int = 60) -> None:
    """About thirteen seconds: a busy machine takes its time to open a page."""
    simulator.drill(echo=TEXT, ttft=0.1, tokens_per_second=tokens_per_second)


def ends_whole(board: Board) -> None:
    board.are_done()
    assert [board.said(letter).strip() for letter in "AB"] == [TEXT, TEXT]


def test_a_reload_in_the_midst_loses_nothing(simulator: Simulator, signed_in_page: Page) -> None:
    slowly(simulator)
    board = Board.of(signed_in_page)
    board.ask()
    board.streams()
    signed_in_page.reload()
    board.streams()
    ends_whole(board)


def test_a_second_tab_shows_the_same_while_it_streams(
    simulator: Simulator, signed_in_page: Page, signed_in_context: BrowserContext
) -> None:
    slowly(simulator, tokens_per_second=40)
    board = Board.of(signed_in_page)
    board.ask()
    board.streams()
    other = Board(signed_in_context.new_page())
    other.page.goto(signed_in_page.url)
    other.streams("B")
    ends_whole(other)
    ends_whole(board)


def test_a_network_that_drops_is_caught_up_with(simulator: Simulator, signed_in_page: Page) -> None:
    slowly(simulator)
    board = Board.of(signed_in_page)
    board.ask()
    board.streams()
    signed_in_page.context.set_offline(True)
    expect(signed_in_page.locator("[data-connection]")).to_be_visible()
    signed_in_page.context.set_offline(False)
    expect(signed_in_page.locator("[data-connection]")).to_be_hidden()
    ends_whole(board)


def test_what_is_sent_while_the_line_is_down_arrives_once(simulator: Simulator, signed_in_page: Page) -> None:
    simulator.drill(echo="Here I am.")
    board = Board.of(signed_in_page)
    signed_in_page.context.set_offline(True)
    expect(signed_in_page.locator("[data-connection]")).to_be_visible()
    board.ask("Are you there?")
    signed_in_page.context.set_offline(False)
    board.are_done()
    expect(board.lane("A").locator("[data-message]")).to_have_count(2)


def test_a_tab_that_is_closed_half_way_finds_its_answers_when_it_comes_back(
    simulator: Simulator, signed_in_page: Page, signed_in_context: BrowserContext
) -> None:
    slowly(simulator)
    board = Board.of(signed_in_page, V3, LLAMA)
    board.ask()
    board.streams()
    address = signed_in_page.url
    signed_in_page.close()
    time.sleep(1)
    again = Board(signed_in_context.new_page())
    again.page.goto(address)
    ends_whole(again)


def test_a_draft_survives_a_reload_at_once_and_another_tab_later(
    signed_in_page: Page, signed_in_context: BrowserContext
) -> None:
    board = Board.of(signed_in_page)
    board.composer.press_sequentially("Half a thou")
    signed_in_page.reload()
    expect(board.composer).to_have_value("Half a thou")
    board.draft("Half a thought")
    other = Board(signed_in_context.new_page())
    other.page.goto(signed_in_page.url)
    expect(other.composer).to_have_value("Half a thought")


def test_what_is_saved_while_the_page_is_on_its_way_again_is_in_it_nevertheless(signed_in_page: Page) -> None:
    board = Board.of(signed_in_page)
    before = signed_in_page.request.get(signed_in_page.url)
    saved: list[Response] = []
    signed_in_page.on("response", lambda response: saved.append(response) if response.url.endswith("/draft") else None)

    def late(route: Route) -> None:
        """As it was made before anything was saved: by the way, and in leaving."""
        while len(saved) < 2:
            signed_in_page.wait_for_timeout(20)
        signed_in_page.wait_for_timeout(100)
        route.fulfill(response=before)

    signed_in_page.route(signed_in_page.url, late)
    with signed_in_page.expect_navigation():
        board.composer.evaluate(WRITE_AND_LEAVE, "Half a thought")
    expect(board.composer).to_have_value("Half a thought")
