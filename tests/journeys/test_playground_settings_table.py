"""The settings of all lanes as a table, in a browser."""

from playwright.sync_api import Page, expect

from tests.journeys.board import Board
from tests.journeys.settings_panel import Panel
from tests.model_ids import LLAMA, PHI, V3


def test_several_cells_of_the_table_are_edited_at_once(signed_in_page: Page) -> None:
    board = Board.of(signed_in_page, V3, LLAMA, PHI)
    panel = Panel.of_all(board)
    panel.tab("table")
    panel.dialog.get_by_role("button", name="Temperature", exact=True).click()
    panel.value("C", "temperature").click(modifiers=["Control"])
    expect(panel.dialog.locator("[data-selection]")).to_have_text("2 selected")
    # Key by key: "0." is not yet a number.
    panel.value("A", "temperature").press_sequentially("0.3")
    panel.value("C", "seed").fill("5")
    panel.save()
    Panel.of_all(board).tab("table")
    for name, value in (("A", "0.3"), ("B", "0.3"), ("C", "")):
        expect(panel.value(name, "temperature")).to_have_value(value)
    expect(panel.value("C", "seed")).to_have_value("5")


def test_what_is_typed_on_a_column_s_head_goes_into_its_cells(signed_in_page: Page) -> None:
    board = Board.of(signed_in_page, V3, LLAMA)
    panel = Panel.of_all(board)
    panel.tab("table")
    head = panel.dialog.get_by_role("button", name="Top P", exact=True)
    head.press("Enter")
    signed_in_page.keyboard.type("0.4")
    for letter in "AB":
        expect(panel.value(letter, "top_p")).to_have_value("0.4")
        expect(panel.cell(letter, "top_p")).to_have_attribute("data-set", "")
    expect(panel.dialog.locator(".settings-tab[data-edited]")).to_have_text(
        [f"Lane {letter}, not saved yet" for letter in "AB"]
    )
    head.press("Delete")
    for letter in "AB":
        expect(panel.value(letter, "top_p")).to_have_value("")
    expect(panel.dialog.locator("[data-edited]")).to_have_count(0)
    panel.value("B", "is_traced").uncheck()
    panel.value("B", "is_traced").press("Backspace")
    expect(panel.value("B", "is_traced")).to_be_checked()


def test_a_cell_is_reset_by_its_own_button(signed_in_page: Page) -> None:
    board = Board.of(signed_in_page, V3, LLAMA)
    panel = Panel.of(board, "A")
    panel.field("seed").fill("7")
    panel.field("is_traced").uncheck()
    panel.tab("table")
    expect(panel.cell("B", "seed").get_by_role("button")).to_have_count(0)
    panel.cell("A", "seed").get_by_role("button", name="Reset Seed of lane A").click()
    expect(panel.value("A", "seed")).to_be_focused()
    expect(panel.value("A", "seed")).to_have_value("")
    panel.tab("A")
    expect(panel.mark("seed")).to_have_text("")
    expect(panel.field("is_traced")).not_to_be_checked()


def test_the_table_leads_to_what_does_not_fit_into_it(signed_in_page: Page) -> None:
    board = Board.of(signed_in_page, V3, LLAMA)
    panel = Panel.of_all(board)
    panel.tab("table")
    panel.dialog.get_by_role("button", name="Stop sequences of lane B: none").press("Enter")
    expect(panel.dialog).to_contain_text("Settings of lane B")
    expect(panel.field("stop")).to_be_focused()
    signed_in_page.keyboard.type("END")
    signed_in_page.keyboard.press("Enter")
    signed_in_page.keyboard.type("STOP")
    panel.tab("table")
    expect(panel.dialog.get_by_role("button", name="Stop sequences of lane B: 2 stops")).to_be_visible()


def test_arrows_step_a_cell_and_what_is_selected_with_it(signed_in_page: Page) -> None:
    panel = Panel.of_all(Board.of(signed_in_page, V3, LLAMA))
    panel.tab("table")
    panel.value("A", "seed").fill("7")
    panel.value("A", "seed").press("ArrowUp")
    expect(panel.value("A", "seed")).to_have_value("8")
    expect(panel.value("B", "seed")).to_have_value("")
    panel.dialog.get_by_role("button", name="Temperature", exact=True).click()
    # As in the panel an empty one begins where its slider stands.
    panel.value("B", "temperature").press("Shift+ArrowDown")
    for letter in "AB":
        expect(panel.value(letter, "temperature")).to_have_value("0.9")
    expect(panel.cell("A", "temperature")).to_have_attribute("data-set", "")
