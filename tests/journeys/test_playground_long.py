"""A transcript that is longer than what the page brings at once."""

import os
from pathlib import Path

from playwright.sync_api import Page, Route, expect

from playground.paging import TAIL
from tests.journeys.board import Board

MESSAGES = TAIL + 8


def said(page: Page) -> Board:
    """Each in both lanes."""
    board = Board.of(page)
    for number in range(MESSAGES):
        board.composer.fill(f"Note {number}")
        page.locator("[data-add]").click()
        expect(board.lane("B").locator("[data-message]")).to_have_count(number + 1)
    return board


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
