"""The fields of the settings panel in a browser."""

import json

from playwright.sync_api import Page, expect

from tests.journeys.board import Board
from tests.journeys.settings_panel import Panel
from tests.model_ids import LLAMA, V3


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
    assert [function["name"] for function in json.loads(tools.input_value())] == ["f", "get_weather"]
    panel.field("response_format").select_option("json_schema")
    panel.field("schema").fill('{"type": "whole"}')
    panel.dialog.get_by_role("button", name="Save", exact=True).last.click()
    expect(panel.setting("response_format")).to_contain_text("$.type: 'whole' is not")
    panel.setting("response_format").get_by_role("button", name="Classify a text").click()
    panel.save()


def test_arrows_step_a_number_within_its_range(signed_in_page: Page) -> None:
    panel = Panel.of(Board.of(signed_in_page, V3), "A")

    def steps(name: str, *keys: str, to: str, begin: str = "") -> None:
        field = panel.field(name)
        field.fill(begin)
        for key in keys:
            field.press(key)
        expect(field).to_have_value(to)

    steps("temperature", "ArrowUp", begin="0.2", to="0.21")
    steps("temperature", "Shift+ArrowUp", begin="0.2", to="0.3")
    steps("temperature", "ArrowDown", "ArrowDown", begin="0.7", to="0.68")
    steps("temperature", "Shift+ArrowUp", begin="1.95", to="2")
    # An empty one begins where its slider stands.
    steps("temperature", "ArrowDown", to="0.99")
    expect(panel.mark("temperature")).to_have_text("Changed")
    expect(panel.setting("temperature").locator("[data-slider]")).to_have_value("0.99")
    steps("frequency_penalty", "ArrowDown", to="-0.01")
    steps("trials", "ArrowUp", to="2")
    steps("trials", "Shift+ArrowUp", begin="3", to="10")
    steps("max_tokens", "ArrowDown", begin="1", to="1")
    steps("seed", "ArrowUp", to="1")
    steps("seed", "Shift+ArrowDown", begin="5", to="-5")
    # What is no number, or too long a one to reckon with, stays as it was written.
    steps("seed", "ArrowUp", begin="many", to="many")
    steps("seed", "ArrowUp", begin="9007199254740993", to="9007199254740993")
    steps("seed", "ArrowUp", begin="7", to="8")
    panel.save("A")
    panel = Panel.of(panel.board, "A")
    expect(panel.field("seed")).to_have_value("8")
    expect(panel.field("trials")).to_have_value("10")
