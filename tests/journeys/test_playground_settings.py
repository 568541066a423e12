"""The settings panel in a browser, and what answers in JSON say about themselves."""

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.journeys.axe import faults, overflow
from tests.journeys.board import Board
from tests.model_ids import LLAMA, PHI, R1, V3
from tests.simulator.serving import Simulator


class Panel:
    def __init__(self, board: Board) -> None:
        self.board = board
        self.dialog = board.dialog
        #: Whether what was written is to be dropped.
        self.question = board.page.locator("[data-confirm-dialog][open]")

    @classmethod
    def of(cls, board: Board, letter: str) -> "Panel":
        board.lane(letter).get_by_role("button", name=f"Settings of lane {letter}").click()
        panel = cls(board)
        expect(panel.dialog).to_contain_text(f"Settings of lane {letter}")
        return panel

    @classmethod
    def of_all(cls, board: Board) -> "Panel":
        board.page.locator("[data-all-settings]").click()
        panel = cls(board)
        expect(panel.dialog).to_contain_text("Settings of all lanes")
        return panel

    def setting(self, name: str) -> Locator:
        return self.dialog.locator(f'[data-setting="{name}"]')

    def field(self, name: str) -> Locator:
        return self.dialog.locator(f'[name="{name}"]')

    def mark(self, name: str) -> Locator:
        return self.setting(name).locator("[data-mark]")

    def reset(self, name: str) -> None:
        self.setting(name).locator("[data-reset]").click()

    def tab(self, name: str) -> None:
        tab = self.dialog.locator(f'[data-settings-tab="{name}"]')
        tab.click()
        expect(tab).to_have_attribute("aria-current", "true")

    def cell(self, letter: str, name: str) -> Locator:
        """Of the table."""
        row = self.dialog.locator("tbody tr").filter(has_text=re.compile(rf"^\s*{letter}\s"))
        return row.locator(f'[data-cell="{name}"]')

    def value(self, letter: str, name: str) -> Locator:
        return self.cell(letter, name).locator("input, select")

    def press_save(self) -> None:
        self.dialog.get_by_role("button", name="Save", exact=True).last.click()

    def leave(self, way: str) -> None:
        if way == "Escape":
            self.board.page.keyboard.press(way)
        else:
            self.dialog.get_by_role("button", name=way).click()

    def save(self) -> None:
        self.press_save()
        expect(self.dialog).to_have_count(0)


def test_a_value_is_changed_marked_kept_and_reset(signed_in_page: Page) -> None:
    board = Board.of(signed_in_page, V3, LLAMA)
    head = board.lane("A").get_by_role("button", name="Settings of lane A")
    expect(head).not_to_have_attribute("data-changed", "")
    panel = Panel.of(board, "A")
    panel.field("temperature").fill("0.2")
    expect(panel.mark("temperature")).to_have_text("Changed")
    expect(panel.setting("temperature").locator("[data-slider]")).to_have_value("0.2")
    panel.setting("top_p").locator("[data-slider]").fill("0.5")
    expect(panel.field("top_p")).to_have_value("0.5")
    panel.save()
    expect(head).to_have_attribute("data-changed", "")
    expect(head).to_have_attribute("title", "Settings, changed: Temperature, Top P")
    signed_in_page.reload()
    panel = Panel.of(board, "A")
    expect(panel.field("temperature")).to_have_value("0.2")
    panel.reset("temperature")
    expect(panel.mark("temperature")).to_have_text("")
    expect(panel.setting("temperature").locator("[data-slider]")).to_have_value("1")
    expect(panel.mark("top_p")).to_have_text("Changed")
    panel.dialog.locator("[data-reset-all]").click()
    panel.save()
    expect(head).not_to_have_attribute("data-changed", "")


def test_all_lanes_are_set_at_once_and_say_where_they_differ(signed_in_page: Page) -> None:
    board = Board.of(signed_in_page, V3, PHI)
    panel = Panel.of(board, "A")
    panel.field("temperature").fill("0.2")
    panel.tab("B")
    expect(panel.dialog).to_contain_text("Settings of lane B")
    panel.field("temperature").fill("1.2")
    panel.tab("all")
    expect(panel.dialog).to_contain_text("Settings of all lanes")
    expect(panel.mark("temperature")).to_have_text("Differs")
    expect(panel.field("temperature")).to_have_attribute("placeholder", "differs")
    panel.field("seed").fill("7")
    panel.save()
    panel = Panel.of(board, "B")
    expect(panel.field("temperature")).to_have_value("1.2")
    expect(panel.field("seed")).to_have_value("7")
    panel.tab("all")
    panel.reset("temperature")
    panel.save()
    panel = Panel.of(board, "A")
    expect(panel.field("temperature")).to_have_value("")
    expect(panel.field("seed")).to_have_value("7")


def test_tabs_switch_and_all_that_was_written_is_dropped_once_it_is_said_so(signed_in_page: Page) -> None:
    board = Board.of(signed_in_page, V3, PHI)
    head = board.lane("A").get_by_role("button", name="Settings of lane A")
    panel = Panel.of(board, "A")
    panel.field("temperature").fill("0.2")
    tab = panel.dialog.locator('[data-settings-tab="A"]')
    expect(tab).to_have_accessible_name(re.compile("^Lane A ?, not saved yet$"))
    panel.field("temperature").fill("")
    expect(tab).to_have_accessible_name("Lane A")
    panel.field("temperature").fill("0.2")
    panel.tab("B")
    panel.field("is_traced").uncheck()
    panel.tab("table")
    expect(panel.value("A", "temperature")).to_have_value("0.2")
    expect(panel.value("B", "is_traced")).not_to_be_checked()
    panel.value("A", "seed").fill("7")
    expect(panel.dialog.locator("[data-drafted]")).to_have_text(["Lane A, not saved yet", "Lane B, not saved yet"])
    panel.dialog.get_by_role("button", name="Cancel").click()
    panel.question.get_by_role("button", name="Discard changes").click()
    expect(panel.dialog).to_have_count(0)
    expect(head).to_be_focused()
    panel = Panel.of(board, "A")
    expect(panel.field("temperature")).to_have_value("")
    expect(panel.dialog.locator("[data-drafted]")).to_have_count(0)
    signed_in_page.reload()
    expect(head).not_to_have_attribute("data-changed", "")


@pytest.mark.parametrize("way", ["Escape", "Close without saving", "Cancel"])
def test_what_is_written_is_not_dropped_without_a_question(signed_in_page: Page, way: str) -> None:
    panel = Panel.of(Board.of(signed_in_page, V3, PHI), "A")
    panel.leave(way)
    expect(panel.dialog).to_have_count(0)
    panel = Panel.of(panel.board, "A")
    panel.field("seed").fill("7")
    panel.leave(way)
    expect(panel.question).to_contain_text("Discard your changes?")
    keeps = panel.question.get_by_role("button", name="Keep editing")
    expect(keeps).to_be_focused()
    keeps.press("Enter")
    expect(panel.question).to_have_count(0)
    expect(panel.field("seed")).to_have_value("7")
    panel.tab("table")
    panel.leave(way)
    expect(keeps).to_be_focused()
    signed_in_page.keyboard.press("Tab")
    signed_in_page.keyboard.press("Enter")
    expect(panel.dialog).to_have_count(0)


def test_escape_pressed_again_and_again_keeps_what_is_written(signed_in_page: Page) -> None:
    panel = Panel.of(Board.of(signed_in_page, V3), "A")
    panel.field("seed").fill("7")
    for _ in range(4):
        signed_in_page.keyboard.press("Escape")
        expect(panel.question).to_be_visible()
        signed_in_page.keyboard.press("Escape")
        expect(panel.question).to_have_count(0)
        expect(panel.field("seed")).to_be_focused()
    expect(panel.field("seed")).to_have_value("7")
    panel.reset("seed")
    signed_in_page.keyboard.press("Escape")
    expect(panel.dialog).to_have_count(0)


def test_a_tab_on_its_way_does_not_come_over_the_question(signed_in_page: Page) -> None:
    panel = Panel.of(Board.of(signed_in_page, V3, PHI), "A")
    panel.field("seed").fill("7")
    # Never answered.
    signed_in_page.route("**/settings", lambda route: None)
    with signed_in_page.expect_request("**/settings"):
        panel.dialog.locator('[data-settings-tab="B"]').click()
    with signed_in_page.expect_event("requestfailed"):
        signed_in_page.keyboard.press("Escape")
    panel.question.get_by_role("button", name="Keep editing").click()
    expect(panel.field("seed")).to_have_value("7")


def test_a_click_beside_it_closes_only_what_nothing_is_written_in(signed_in_page: Page) -> None:
    board = Board.of(signed_in_page, V3)
    panel = Panel.of(board, "A")
    panel.field("seed").fill("7")
    signed_in_page.mouse.click(5, 5)
    expect(panel.field("seed")).to_have_value("7")
    panel.reset("seed")
    signed_in_page.mouse.click(5, 5)
    expect(panel.dialog).to_have_count(0)


def test_what_another_tab_of_the_browser_saves_meanwhile_stays(signed_in_page: Page) -> None:
    board = Board.of(signed_in_page, V3, LLAMA)
    panel = Panel.of(board, "A")
    panel.field("temperature").fill("0.5")
    other = Board(signed_in_page.context.new_page())
    other.page.goto(signed_in_page.url)
    other.is_connected()
    elsewhere = Panel.of(other, "A")
    elsewhere.field("seed").fill("7")
    elsewhere.field("is_traced").uncheck()
    elsewhere.save()
    panel.save()
    panel = Panel.of(board, "A")
    for name, value in (("temperature", "0.5"), ("seed", "7")):
        expect(panel.field(name)).to_have_value(value)
    expect(panel.field("is_traced")).not_to_be_checked()


def test_a_tab_on_its_way_does_not_open_again_what_was_closed(signed_in_page: Page) -> None:
    panel = Panel.of(Board.of(signed_in_page, V3, PHI), "A")
    # Never answered.
    signed_in_page.route("**/settings", lambda route: None)
    with signed_in_page.expect_request("**/settings"):
        panel.dialog.locator('[data-settings-tab="B"]').click()
    with signed_in_page.expect_event("requestfailed"):
        signed_in_page.keyboard.press("Escape")
    expect(panel.dialog).to_have_count(0)


def test_a_save_that_is_refused_leads_to_the_first_mistake(signed_in_page: Page) -> None:
    board = Board.of(signed_in_page, V3, LLAMA, PHI)
    panel = Panel.of(board, "B")
    panel.field("top_p").fill("0,7")
    panel.field("seed").fill("3")
    panel.tab("C")
    panel.field("tools").fill("[")
    panel.tab("A")
    panel.field("temperature").fill("0.5")
    expect(panel.dialog.locator("[data-wrong]")).to_have_text(
        [f"Has a mistake: Lane {letter}, not saved yet" for letter in "BC"]
    )
    panel.press_save()
    expect(panel.dialog).to_contain_text("Settings of lane B")
    expect(panel.dialog).to_contain_text("Top P must be a number, such as 0.9.")
    expect(panel.field("top_p")).to_be_focused()
    expect(panel.field("top_p")).to_have_value("0,7")
    panel.field("top_p").fill("0.7")
    panel.press_save()
    expect(panel.field("tools")).to_be_focused()
    expect(panel.field("tools")).to_be_in_viewport()
    panel.field("tools").fill("")
    panel.save()
    Panel.of_all(board).tab("table")
    for letter, name, value in (("A", "temperature", "0.5"), ("B", "top_p", "0.7"), ("B", "seed", "3")):
        expect(panel.value(letter, name)).to_have_value(value)


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


def test_a_parameter_says_what_it_does(signed_in_page: Page) -> None:
    panel = Panel.of(Board.of(signed_in_page, V3, LLAMA), "A")
    panel.setting("temperature").locator("[data-tip]").hover()
    expect(panel.dialog.locator("#tip-temperature")).to_be_visible()
    panel.dialog.get_by_role("heading").hover()
    expect(panel.dialog.locator("#tip-temperature")).to_be_hidden()
    panel.setting("top_p").locator("[data-tip]").click()
    expect(panel.dialog.locator("#tip-top_p")).to_contain_text("likeliest tokens")
    signed_in_page.keyboard.press("Escape")
    expect(panel.dialog.locator("#tip-top_p")).to_be_hidden()
    expect(panel.dialog).to_be_visible()
    expect(panel.field("reasoning_effort")).to_be_disabled()
    expect(panel.setting("reasoning_effort")).to_contain_text("DeepSeek V3-0324 does not reason.")


def test_the_json_editors_name_mistakes_format_and_offer_examples(signed_in_page: Page) -> None:
    panel = Panel.of(Board.of(signed_in_page, V3, LLAMA), "A")
    tools = panel.field("tools")
    tools.fill('{"name": "f",\n}')
    editor = panel.setting("tools")
    editor.get_by_role("button", name="Format").click()
    expect(editor.locator("[data-json-mistake]")).to_contain_text("Line 2, column 1")
    tools.fill('{"name":"f"}')
    editor.get_by_role("button", name="Format").click()
    expect(tools).to_have_value('{\n  "name": "f"\n}')
    editor.get_by_role("button", name="Weather").click()
    assert [function["name"] for function in panel.dialog.evaluate(TOOLS)] == ["f", "get_weather"]
    panel.field("response_format").select_option("json_schema")
    panel.field("schema").fill('{"type": "whole"}')
    panel.dialog.get_by_role("button", name="Save", exact=True).last.click()
    expect(panel.setting("response_format")).to_contain_text("$.type: 'whole' is not")
    panel.setting("response_format").get_by_role("button", name="Classify a text").click()
    panel.save()


TOOLS = "(dialog) => JSON.parse(dialog.querySelector('[name=tools]').value)"


def test_an_answer_says_whether_it_is_the_json_it_should_be(simulator: Simulator, signed_in_page: Page) -> None:
    board = Board.of(signed_in_page, V3, LLAMA)
    panel = Panel.of_all(board)
    panel.field("response_format").select_option("json_schema")
    panel.setting("response_format").get_by_role("button", name="Classify a text").click()
    panel.save()
    simulator.drill(tokens_per_second=25, ttft=0)
    simulator.drill(
        LLAMA, echo='{"label": "good", "confidence": 2, "reason": "' + "*so* " * 40 + '"}', tokens_per_second=25
    )
    board.ask()
    board.streams("B")
    said = board.lane("B").locator("[data-structure]")
    expect(said).to_contain_text("Does not match the schema at $.label: 'good' is not one of")
    board.are_done()
    expect(board.lane("A").locator("[data-structure]")).to_have_text("Matches the schema")
    expect(said).to_contain_text("Does not match the schema at $.label: 'good' is not one of")
    read = [board.said(letter) for letter in "AB"]
    assert "*so* *so*" in read[1]
    signed_in_page.reload()
    expect(said).to_contain_text("at $.label")
    assert [board.said(letter) for letter in "AB"] == read


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_in_the_panel(simulator: Simulator, signed_in_page: Page, scheme: Any, width: int) -> None:
    signed_in_page.set_viewport_size({"width": width, "height": 800})
    signed_in_page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    board = Board.of(signed_in_page, V3, R1)
    panel = Panel.of(board, "A")
    panel.field("seed").fill("1")
    panel.field("response_format").select_option("json_schema")
    panel.field("schema").fill("{")
    panel.press_save()
    expect(panel.dialog).to_contain_text("the text ends before the JSON does")
    assert faults(signed_in_page) == []
    panel.field("response_format").select_option("json_object")
    panel.tab("all")
    expect(panel.mark("seed")).to_have_text("Differs")
    assert faults(signed_in_page) == []
    assert overflow(signed_in_page) <= 0
    panel.tab("table")
    expect(panel.value("A", "seed")).to_have_value("1")
    assert faults(signed_in_page) == []
    panel.save()
    simulator.drill(R1, echo="No JSON.")
    board.ask()
    board.are_done("A")
    found = Axe().run(signed_in_page)
    assert found.violations_count == 0, found.generate_report()
