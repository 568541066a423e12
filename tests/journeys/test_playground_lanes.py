"""Lanes: another model, one more, one less, one alone."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.board import Board
from tests.journeys.line import Line
from tests.model_ids import LLAMA, PHI, V3
from tests.simulator.serving import Simulator


def test_the_picker_is_driven_by_typing(signed_in_page: Page) -> None:
    board = Board.of(signed_in_page, V3, LLAMA)
    board.lane("A").locator("[data-model-picker]").focus()
    signed_in_page.keyboard.press("Enter")
    expect(board.lane("A").get_by_role("menuitem", name="Serverless Inference")).to_be_focused()
    signed_in_page.keyboard.type("phi")
    signed_in_page.keyboard.press("Enter")
    expect(board.lane("A").locator(".lane-model-name")).to_have_text("Phi 4 Mini")
    expect(board.lane("B").locator(".lane-model-name")).to_have_text("Llama 3.1 8B")


@pytest.mark.parametrize("width", [320, 1280])
def test_no_list_of_models_is_cut_off_by_the_window(signed_in_page: Page, width: int) -> None:
    signed_in_page.set_viewport_size({"width": width, "height": 800})
    board = Board.of(signed_in_page, V3, LLAMA, PHI)
    board.lane("C").locator("[data-model-picker]").click()
    entry = signed_in_page.locator("#picker-C").get_by_role("menuitem", name="Serverless Inference")
    entry.click()
    model = signed_in_page.locator("#picker-C").get_by_role("menuitemradio").first
    expect(model).to_be_visible()
    box = model.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width


def test_the_picker_opens_its_models_on_hover_and_leads_to_the_cards(signed_in_page: Page) -> None:
    board = Board.of(signed_in_page, V3, LLAMA)
    board.lane("A").locator("[data-model-picker]").click()
    board.lane("A").get_by_role("menuitem", name="Serverless Inference").hover()
    expect(board.lane("A").get_by_role("menuitemradio").first).to_be_visible()
    board.lane("A").get_by_role("menuitem", name="Compare").click()
    expect(signed_in_page).to_have_url("/inference")


def test_a_lane_is_added_and_closed_in_all_tabs(signed_in_page: Page, signed_in_context: BrowserContext) -> None:
    board = Board.of(signed_in_page, V3, LLAMA)
    other = Board(signed_in_context.new_page())
    other.page.goto(signed_in_page.url)
    other.is_connected()
    signed_in_page.locator("[data-add-lane]").click()
    signed_in_page.locator("#picker-new").get_by_role("menuitem", name="Serverless Inference").click()
    signed_in_page.locator("#picker-new").get_by_role("menuitemradio", name="Phi 4 Mini").click()
    for tab in (board, other):
        expect(tab.lane("C").locator(".lane-model-name")).to_have_text("Phi 4 Mini")
    expect(signed_in_page.locator("#picker-new")).to_be_hidden()
    board.choose("A", "Close lane")
    for tab in (board, other):
        expect(tab.lane("A")).to_have_count(0)
        expect(tab.page.locator("[data-comparison]")).to_have_attribute("data-lanes", "2")


def test_a_lane_that_is_closed_while_the_tab_is_away_takes_nothing_with_it(
    signed_in_page: Page, signed_in_context: BrowserContext
) -> None:
    line = Line(signed_in_page)
    board = Board.of(signed_in_page, V3, LLAMA, PHI)
    board.composer.fill("Rivers")
    signed_in_page.locator("[data-add]").click()
    board.act(board.lane("A").locator("[data-message]"), "Edit")
    field = board.lane("A").locator("[data-edit-text]")
    field.press("End")
    other = Board(signed_in_context.new_page())
    other.page.goto(signed_in_page.url)
    other.is_connected()
    line.die()
    other.choose("C", "Close lane")
    expect(other.lane("C")).to_have_count(0)
    line.is_noticed()
    expect(board.lane("C")).to_have_count(0)
    signed_in_page.keyboard.type(" and lakes")
    expect(field).to_have_value("Rivers and lakes")
    board.lane("B").locator("[data-lane-scroll]").focus()
    signed_in_page.keyboard.press("f")
    expect(board.lane("A")).to_be_hidden()
    line.die()
    other.choose("B", "Close lane")
    expect(other.lane("B")).to_have_count(0)
    line.is_noticed()
    expect(board.lane("B")).to_have_count(0)
    expect(board.lane("A")).to_be_visible()


def test_f_shows_one_lane_alone_and_escape_brings_the_others_back(signed_in_page: Page) -> None:
    board = Board.of(signed_in_page, V3, LLAMA)
    signed_in_page.keyboard.press("Tab")
    board.lane("B").locator("[data-lane-scroll]").focus()
    signed_in_page.keyboard.press("f")
    expect(board.lane("A")).to_be_hidden()
    expect(board.lane("B")).to_be_visible()
    signed_in_page.keyboard.press("Escape")
    expect(board.lane("A")).to_be_visible()


def test_the_whole_way_goes_by_keyboard(signed_in_page: Page) -> None:
    board = Board.of(signed_in_page, V3, LLAMA)
    signed_in_page.keyboard.press("/")
    signed_in_page.keyboard.type("One line")
    signed_in_page.keyboard.press("Shift+Enter")
    signed_in_page.keyboard.type("and another")
    signed_in_page.keyboard.press("Enter")
    board.are_done()
    expect(board.lane("A").locator("[data-message]").first).to_contain_text("and another")
    board.composer.blur()
    signed_in_page.keyboard.press("2")
    expect(board.lane("B").locator("[data-lane-scroll]")).to_be_focused()
    signed_in_page.keyboard.press("?")
    expect(signed_in_page.locator("[data-keys-dialog]")).to_contain_text("Stop all lanes")


def test_a_menu_stays_open_while_its_lane_streams(simulator: Simulator, signed_in_page: Page) -> None:
    simulator.drill(echo="\n\n".join("A paragraph." for _ in range(200)), tokens_per_second=60)
    board = Board.of(signed_in_page, V3, LLAMA)
    board.ask()
    board.streams("B")
    board.lane("A").locator("[data-lane-menu]").click()
    signed_in_page.wait_for_timeout(500)
    expect(signed_in_page.get_by_role("menuitem", name="Clear")).to_be_visible()


def test_models_that_could_not_be_fetched_are_asked_for_again(signed_in_page: Page) -> None:
    Board.of(signed_in_page, V3)
    add, notices = signed_in_page.locator("[data-add-lane]"), signed_in_page.locator("#messages [data-notice]")
    signed_in_page.route("**/lanes", lambda route: route.abort())
    with signed_in_page.expect_event("requestfailed"):
        add.hover()
    # Nobody asked for it yet.
    expect(notices).to_have_count(0)
    add.click()
    expect(notices).to_contain_text("The server cannot be reached.")
    signed_in_page.keyboard.press("Escape")
    signed_in_page.unroute("**/lanes")
    add.click()
    expect(signed_in_page.locator("#picker-new [data-submenu]").first).to_be_focused()
    # What is pressed with Ctrl is a key of the page there too.
    signed_in_page.keyboard.press("ControlOrMeta+k")
    expect(signed_in_page.locator("#palette")).to_be_visible()
    expect(signed_in_page.locator("#picker-new")).to_be_hidden()
