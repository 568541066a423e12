"""Add, retry, edit, delete, copy, clear."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.board import Board
from tests.journeys.copying import marked
from tests.simulator.serving import Simulator


@pytest.fixture
def board(simulator: Simulator, signed_in_page: Page) -> Board:
    """Two lanes with a question and its answer in each."""
    simulator.drill(echo="The **first** answer.")
    board = Board.of(signed_in_page)
    board.ask("A question")
    board.are_done()
    return board


def messages(board: Board, letter: str = "A") -> Locator:
    return board.lane(letter).locator("[data-message]")


def test_a_message_is_added_without_asking(board: Board) -> None:
    board.composer.fill("You are terse.")
    board.page.locator("[data-role]").and_(board.page.locator("select")).select_option("system")
    board.page.locator("[data-add]").click()
    for letter in "AB":
        expect(messages(board, letter)).to_have_count(3)
        expect(messages(board, letter).last).to_have_attribute("data-role", "system")
    expect(board.send).to_have_attribute("data-state", "idle")


def test_retry_asks_again_in_its_lane_only(board: Board, simulator: Simulator) -> None:
    simulator.drill(echo="The second answer.")
    board.act(messages(board).last, "Retry")
    expect(board.answer("A")).to_have_text("The second answer.")
    board.are_done()
    expect(messages(board)).to_have_count(2)
    expect(board.answer("B")).to_have_text("The first answer.")


def test_a_message_is_edited_in_place(board: Board) -> None:
    board.act(messages(board).first, "Edit")
    board.lane("A").locator("[data-edit-text]").fill("Another question")
    board.page.keyboard.press("Control+Enter")
    expect(messages(board).first.locator(".message-text")).to_have_text("Another question")
    expect(board.lane("A").locator("[data-editing]")).to_have_count(0)


def test_escape_leaves_an_edit(board: Board) -> None:
    board.act(messages(board).first, "Edit")
    board.lane("A").locator("[data-edit-text]").press("Escape")
    expect(messages(board).first.locator(".message-text")).to_have_text("A question")


def test_a_message_is_deleted_and_the_focus_stays_in_its_lane(board: Board) -> None:
    board.act(messages(board).last, "Delete")
    expect(messages(board)).to_have_count(1)
    expect(messages(board)).to_be_focused()


def test_an_answer_is_copied_as_it_was_written(board: Board) -> None:
    with marked(messages(board).last):
        board.act(messages(board).last, "Copy")
    assert board.page.evaluate("navigator.clipboard.readText()") == "The **first** answer."


def test_what_cannot_be_copied_says_why_and_copies_nothing(board: Board) -> None:
    page, notice = board.page, board.page.locator("#messages [data-notice]")
    page.evaluate("navigator.clipboard.writeText('as before')")
    page.route("**/text", lambda route: route.abort())
    board.act(messages(board).last, "Copy")
    expect(notice).to_contain_text("The server cannot be reached.")
    page.unroute("**/text")
    page.context.clear_cookies()
    board.act(messages(board).last, "Copy")
    expect(notice).to_contain_text("You are signed out.")
    expect(page.locator("[data-copied]")).to_have_count(0)
    assert page.evaluate("navigator.clipboard.readText()") == "as before"


def test_clearing_asks_first(board: Board) -> None:
    board.choose("A", "Clear")
    board.dialog.get_by_role("button", name="Keep them").click()
    expect(messages(board)).to_have_count(2)
    board.choose("A", "Clear")
    board.dialog.get_by_role("button", name="Clear lane").click()
    expect(messages(board)).to_have_count(0)
    expect(messages(board, "B")).to_have_count(2)


def test_an_edit_goes_on_while_its_lane_is_shown_anew(board: Board) -> None:
    """Else what is typed next would be single keys, of which one asks again and drops what follows."""
    board.act(messages(board).last, "Edit")
    field = board.lane("A").locator("[data-edit-text]")
    field.fill("The answer.")
    field.press("Home")
    board.page.keyboard.type("No")
    other = Board(board.page.context.new_page())
    other.page.goto(board.page.url)
    other.act(messages(other).first, "Edit")
    other.lane("A").locator("[data-edit-text]").fill("Another question")
    other.page.keyboard.press("Control+Enter")
    expect(messages(board).first.locator(".message-text")).to_have_text("Another question")
    board.page.keyboard.type("rg: ")
    expect(field).to_have_value("Norg: The answer.")
    board.page.keyboard.press("Control+Enter")
    expect(messages(board).last.locator("[data-answer]")).to_have_text("Norg: The answer.")
    expect(messages(board)).to_have_count(2)
