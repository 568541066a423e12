"""A transcript that is longer than what the page brings at once."""

import os
from pathlib import Path

from playwright.sync_api import Page, Route, expect

from playground.paging import TAIL
from tests.journeys.board import Board
from tests.journeys.trials import bar, place, set_trials
from tests.model_ids import V3

MESSAGES = TAIL + 8


def said(page: Page) -> Board:
    """Each in both lanes."""
    board = Board.of(page)
    note(board, "B", MESSAGES)
    return board


def note(board: Board, letter: str, count: int) -> None:
    for number in range(count):
        board.composer.fill(f"Note {number}")
        board.page.locator("[data-add]").click()
        expect(board.lane(letter).locator("[data-message]").last).to_contain_text(f"Note {number}")


def test_it_opens_at_its_end_and_is_whole_a_moment_later(signed_in_page: Page) -> None:
    board = said(signed_in_page)
    # What is earlier is held back, so that what is there without it can be looked at.
    held: list[Route] = []
    signed_in_page.route("**/earlier?*", lambda route: held.append(route))
    signed_in_page.reload()
    messages = board.lane("A").locator("[data-message]")
    expect(messages).to_have_count(TAIL)
    earlier = board.lane("A").get_by_role("button", name="Earlier messages")
    earlier.scroll_into_view_if_needed()
    expect(earlier).to_be_visible()
    if folder := os.environ.get("LOOKS"):
        signed_in_page.screenshot(path=Path(folder) / "earlier.png")
    signed_in_page.unroute_all(behavior="ignoreErrors")
    signed_in_page.reload()
    expect(messages).to_have_count(MESSAGES)
    expect(earlier).to_have_count(0)
    expect(messages.last).to_be_in_viewport()
    expect(messages.first).to_contain_text("Note 0")


def test_a_link_to_an_earlier_message_leads_there(signed_in_page: Page) -> None:
    board = said(signed_in_page)
    first = board.lane("B").locator("[data-message]").first
    place = first.get_attribute("id")
    signed_in_page.goto("/inference")
    signed_in_page.go_back()
    signed_in_page.goto(f"{signed_in_page.url}#{place}")
    signed_in_page.reload()
    expect(first).to_contain_text("Note 0")
    expect(first).to_be_in_viewport()


def test_trials_that_come_later_are_as_if_they_had_come_with_the_page(signed_in_page: Page) -> None:
    board = Board.of(signed_in_page, V3)
    set_trials(board, "A", 2)
    board.ask()
    board.are_done("A")
    note(board, "A", TAIL)
    other = board.lane("A").locator("[data-trial='2']")
    signed_in_page.goto(f"{signed_in_page.url}#{other.get_attribute('id')}")
    signed_in_page.route("**/earlier?*", lambda route: route.abort())
    with signed_in_page.expect_event("requestfailed", lambda request: "/earlier" in request.url):
        signed_in_page.reload()
    signed_in_page.unroute("**/earlier?*")
    board.lane("A").get_by_role("button", name="Earlier messages").press("Enter")
    expect(other).to_be_in_viewport()
    expect(other).to_be_focused()
    place(board, "2 of 2")
    expect(bar(board).locator("[data-look][data-in-use]")).to_have_count(1)
    expect(bar(board).locator("[data-choose]")).to_have_attribute("aria-disabled", "true")
    expect(board.lane("A").locator("[data-jump-latest]")).to_be_visible()
