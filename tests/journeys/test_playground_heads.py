"""The head of a lane, while somebody uses it and somebody else changes it."""

from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.board import Board
from tests.model_ids import LLAMA, PHI, V3


def test_a_menu_stays_open_while_another_tab_changes_its_lane(
    signed_in_page: Page, signed_in_context: BrowserContext
) -> None:
    """And so does the next that is opened from it."""
    here = Board.of(signed_in_page, V3, LLAMA)
    there = Board(signed_in_context.new_page())
    there.page.goto(here.page.url)
    there.is_connected()
    here.lane("A").locator("[data-lane-menu]").click()
    entry = here.page.get_by_role("menuitem", name="Duplicate")
    expect(entry).to_be_visible()
    there.lane("A").locator("[data-model-picker]").click()
    expect(there.lane("A").get_by_role("menuitem", name="Serverless Inference")).to_be_focused()
    there.page.keyboard.type("phi")
    there.page.keyboard.press("Enter")
    expect(there.lane("A").locator(".lane-model-name")).to_have_text("Phi 4 Mini")
    # What is said after it has come, so that one has come too.
    there.ask("Rivers")
    expect(here.lane("A").locator("[data-message]")).to_have_count(2)
    expect(entry).to_be_visible()
    name = here.lane("A").locator(".lane-model-name")
    before = name.text_content() or ""
    here.lane("A").locator("[data-model-picker]").click()
    expect(here.lane("A").get_by_role("menuitem", name="Serverless Inference")).to_be_focused()
    expect(name).to_have_text(before)
    here.lane("A").locator("[data-lane-menu]").click()
    expect(entry).to_be_visible()
    here.page.keyboard.press("Escape")
    expect(entry).to_be_hidden()
    expect(name).to_have_text("Phi 4 Mini")
    expect(here.lane("A").locator("[data-lane-menu]")).to_be_focused()


def test_one_picker_that_has_done_its_work_closes_no_other_menu(signed_in_page: Page) -> None:
    """The lane is there before the picker hears that it is."""
    board = Board.of(signed_in_page, V3, PHI)
    signed_in_page.locator("[data-add-lane]").click()
    signed_in_page.locator("#picker-new").get_by_role("menuitem", name="Serverless Inference").click()
    model = signed_in_page.locator("#picker-new").get_by_role("menuitemradio", name="Llama 3.1 8B")
    board.lane("A").locator("[data-lane-menu]").evaluate(
        """(button) => document.addEventListener("htmx:beforeOnLoad", () => button.click(), { once: true })"""
    )
    model.click()
    expect(board.lane("C")).to_be_visible()
    expect(signed_in_page.get_by_role("menuitem", name="Close lane")).to_be_visible()
