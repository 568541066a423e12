"""The settings panel in a browser: its tabs, what is saved of it, how it looks."""

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys.axe import faults, overflow
from tests.journeys.board import Board
from tests.journeys.settings_panel import Panel
from tests.model_ids import LLAMA, PHI, R1, V3
from tests.simulator.serving import Simulator


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
    panel.save("A", "B")
    panel = Panel.of(board, "B")
    expect(panel.field("temperature")).to_have_value("1.2")
    expect(panel.field("seed")).to_have_value("7")
    panel.tab("all")
    panel.reset("temperature")
    panel.save("A", "B")
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
    expect(board.lane("A").locator("[data-lane-settings]")).to_have_attribute("data-changed", "")
    panel.save("A")
    panel = Panel.of(board, "A")
    for name, value in (("temperature", "0.5"), ("seed", "7")):
        expect(panel.field(name)).to_have_value(value)
    expect(panel.field("is_traced")).not_to_be_checked()


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
