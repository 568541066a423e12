"""What is typed is kept by the server until it has arrived as a message."""

import re

from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.board import Board
from tests.journeys.line import Line
from tests.simulator.serving import Simulator

#: Milliseconds after which a draft is saved, and as many again.
TWICE_THE_PAUSE = 1200


def drafted_on_a_dead_line(page: Page) -> Board:
    """The server has the draft; no message arrives any more, through no other line either."""
    line = Line(page)
    board = Board.of(page)
    board.draft("Rivers")
    line.is_down = True
    line.die()
    return board


def test_what_was_sent_on_a_dead_line_is_the_draft_until_it_has_arrived(
    signed_in_page: Page, signed_in_context: BrowserContext
) -> None:
    """Through a reload, too; in which the line is as dead as before."""
    board = drafted_on_a_dead_line(signed_in_page)
    board.composer.press("Enter")
    expect(board.composer).to_have_value("")
    signed_in_page.reload()
    expect(board.composer).to_have_value("")
    expect(board.send).to_have_attribute("data-state", "running")
    other = Board(signed_in_context.new_page())
    signed_in_page.close(run_before_unload=True)
    other.page.goto(signed_in_page.url)
    other.is_connected()
    expect(other.composer).to_have_value("Rivers")


def test_what_is_sent_within_a_pause_of_the_typing_empties_no_draft(
    signed_in_page: Page, signed_in_context: BrowserContext
) -> None:
    board = drafted_on_a_dead_line(signed_in_page)
    board.composer.fill("Rivers and lakes")
    board.composer.press("Enter")
    expect(board.composer).to_have_value("")
    signed_in_page.wait_for_timeout(TWICE_THE_PAUSE)
    other = Board(signed_in_context.new_page())
    other.page.goto(signed_in_page.url)
    expect(other.composer).to_have_value(re.compile("^Rivers"))


def test_what_another_tab_writes_after_a_message_has_arrived_stays_its_draft(
    simulator: Simulator, signed_in_page: Page, signed_in_context: BrowserContext
) -> None:
    simulator.drill(echo="Wide.", ttft=0)
    board = Board.of(signed_in_page)
    board.ask("Rivers")
    board.are_done()
    other = Board(signed_in_context.new_page())
    other.page.goto(signed_in_page.url)
    other.draft("Lakes")
    signed_in_page.reload()
    expect(board.composer).to_have_value("Lakes")
