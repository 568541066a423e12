"""Models call functions in a browser: the cards, results for one lane and for all, mocks, and what waits."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.axe import faults, overflow
from tests.journeys.board import Board
from tests.journeys.settings_panel import Panel
from tests.model_ids import LLAMA, V3
from tests.simulator.serving import Simulator

WEATHER = {"name": "get_weather", "arguments": '{"city": "Oslo", "unit": "celsius", "days": 3}', "id": "call_1"}
TIME = {"name": "get_time", "arguments": "{}", "id": "call_2"}
HOSTILE = {"name": "<img src=x onerror=alert(1)>", "arguments": '{"open": "</code><script>alert(1)</script>', "id": "x"}
RESULT = '{"temperature": 12, "sky": "clear"}'


def cards(board: Board, letter: str = "A", state: str = "open") -> Locator:
    return board.lane(letter).locator(f'[data-call-state="{state}"]')


def called(simulator: Simulator, page: Page, *calls: dict[str, str], models: tuple[str, ...] = (V3, LLAMA)) -> Board:
    """Every lane waits for the results of these calls."""
    simulator.drill(call_with=list(calls or (WEATHER,)))
    board = Board.of(page, *models)
    board.ask("What is the weather in Oslo?")
    board.are_done("AB"[: len(models)])
    return board


def give(card: Locator, text: str = RESULT) -> None:
    card.get_by_label("Result", exact=True).fill(text)
    card.get_by_role("button", name="Give result").click()


def test_a_call_is_a_card_and_its_result_lets_the_lane_go_on(
    simulator: Simulator, signed_in_page: Page, complaints: list[str]
) -> None:
    board = called(simulator, signed_in_page, models=(V3,))
    card = cards(board)
    expect(card).to_have_accessible_name("Call of get_weather Waits for a result")
    expect(card.locator("pre")).to_contain_text('"city": "Oslo"')
    expect(card.locator(".hljs-attr").first).to_be_visible()
    expect(board.lane("A").locator("[data-lane-state]")).to_have_text("Waits for a result")
    expect(card.locator("[data-give-all]")).to_be_hidden()
    give(card)
    expect(board.answer("A")).to_contain_text("temperature")
    board.are_done("A")
    expect(cards(board, state="given")).to_contain_text('"sky": "clear"')
    expect(board.lane("A").locator("[data-lane-state]")).to_have_text("Done")
    signed_in_page.reload()
    expect(cards(board, state="given")).to_contain_text('"sky": "clear"')


def test_a_lane_that_waits_for_a_result_is_not_compared(
    simulator: Simulator, signed_in_page: Page, complaints: list[str]
) -> None:
    """Its answer is half of one, and done soon: it would be the best of all."""
    simulator.drill(LLAMA, call_with=[WEATHER])
    board = Board.of(signed_in_page, V3, LLAMA)
    board.ask("What is the weather in Oslo?")
    board.are_done("AB")
    state = board.lane("B").locator("[data-lane-state]")
    expect(state).to_have_attribute("title", "Waits for a result")
    expect(signed_in_page.locator("[data-metric]").first).to_be_visible()
    expect(signed_in_page.locator("[data-best]")).to_have_count(0)
    give(cards(board, "B"))
    expect(board.answer("B")).to_contain_text("temperature")
    board.are_done("AB")
    expect(signed_in_page.locator("[data-best]").first).to_be_visible()


def test_one_result_goes_to_all_lanes_that_made_the_call(simulator: Simulator, signed_in_page: Page) -> None:
    board = called(simulator, signed_in_page)
    button = cards(board).locator("[data-give-all]")
    expect(button).to_have_text("Give to both lanes that made this call: A, B")
    cards(board).get_by_label("Result", exact=True).fill(RESULT)
    button.click()
    for letter in "AB":
        expect(cards(board, letter, "given")).to_have_count(1)
    board.are_done("AB")
    for letter in "AB":
        expect(board.answer(letter)).to_contain_text("temperature")


def test_arguments_are_seen_while_they_are_written_and_after_a_reload(
    simulator: Simulator, signed_in_page: Page
) -> None:
    simulator.drill(call_with=[WEATHER], stall_after=12)
    board = Board.of(signed_in_page, V3)
    board.ask("What is the weather in Oslo?")
    live = cards(board, state="writing")
    expect(live).to_contain_text("get_weather")
    expect(live).to_contain_text('{"city"')
    signed_in_page.reload()
    board.is_connected()
    expect(live).to_contain_text('{"city"')
    board.send.click()
    board.is_("A", "stopped")
    expect(cards(board, state="cut")).to_contain_text("Broken off")


def test_an_empty_result_is_refused_and_what_is_typed_stays(simulator: Simulator, signed_in_page: Page) -> None:
    board = called(simulator, signed_in_page, WEATHER, TIME, models=(V3,))
    weather, time = cards(board).nth(0), cards(board).nth(1)
    weather.get_by_role("button", name="Give result").click()
    expect(weather.get_by_role("alert")).to_contain_text("Write the result first.")
    weather.get_by_label("Result", exact=True).fill("Half a resu")
    time.get_by_label("Result", exact=True).fill("noon")
    time.get_by_label("Result", exact=True).press("Control+Enter")
    expect(cards(board)).to_have_count(1)
    field = cards(board).get_by_label("Result", exact=True)
    expect(field).to_have_value("Half a resu")
    expect(field).to_be_focused()
    field.press_sequentially("lt")
    cards(board).get_by_role("button", name="Give result").click()
    board.are_done("A")
    expect(cards(board, state="given")).to_have_count(2)


def test_a_result_is_gone_on_with_while_its_lane_is_shown_anew(simulator: Simulator, signed_in_page: Page) -> None:
    board = called(simulator, signed_in_page, models=(V3,))
    field = cards(board).get_by_label("Result", exact=True)
    field.fill("12 degrees")
    field.press("Home")
    other = Board(signed_in_page.context.new_page())
    other.page.goto(signed_in_page.url)
    question = other.lane("A").locator("[data-message]").first
    other.act(question, "Edit")
    other.lane("A").locator("[data-edit-text]").fill("Is it cold in Oslo?")
    other.page.keyboard.press("Control+Enter")
    expect(board.lane("A").locator("[data-message]").first).to_contain_text("Is it cold in Oslo?")
    signed_in_page.keyboard.type("rg ")
    expect(field).to_have_value("rg 12 degrees")


def test_the_composer_says_what_a_message_does_to_a_lane_that_waits(simulator: Simulator, signed_in_page: Page) -> None:
    board = called(simulator, signed_in_page, models=(V3,))
    note = signed_in_page.locator("[data-composer-note]")
    expect(note).to_contain_text("Lane A waits for the result of get_weather. A message sent now tells its model that")
    simulator.drill(echo="Very well.")
    board.ask("Never mind.")
    expect(board.answer("A")).to_have_text("Very well.")
    expect(note).to_be_hidden()
    expect(cards(board, state="left")).to_contain_text("the model is told that no result was given")


def test_another_tab_sees_the_result(simulator: Simulator, signed_in_page: Page) -> None:
    board = called(simulator, signed_in_page, models=(V3,))
    other = Board(signed_in_page.context.new_page())
    other.page.goto(signed_in_page.url)
    other.is_connected()
    give(cards(other))
    expect(cards(board, state="given")).to_have_count(1)
    board.are_done("A")


def test_a_result_is_remembered_used_again_and_given_by_itself(
    simulator: Simulator, signed_in_page: Page, complaints: list[str]
) -> None:
    board = called(simulator, signed_in_page, models=(V3,))
    cards(board).get_by_label("Remember as mock for get_weather").check()
    give(cards(board))
    expect(cards(board, state="given")).to_have_count(1)
    board.are_done("A")
    board.ask("And again?")
    cards(board).get_by_role("button", name="Use mock").click()
    expect(cards(board).get_by_label("Result", exact=True)).to_have_value(RESULT)
    cards(board).get_by_role("button", name="Give result").click()
    expect(cards(board, state="given")).to_have_count(2)
    board.are_done("A")
    panel = Panel.of(board, "A")
    expect(panel.field("mocks")).to_have_value(json.dumps({"get_weather": json.loads(RESULT)}, indent=2))
    panel.field("is_mocked").select_option("Answer with the mock results")
    panel.save()
    board.ask("And once more?")
    expect(cards(board, state="mocked")).to_have_count(1)
    board.are_done("A")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing(simulator: Simulator, signed_in_page: Page, scheme: Any, width: int) -> None:
    signed_in_page.set_viewport_size({"width": width, "height": 800})
    signed_in_page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    board = called(simulator, signed_in_page, WEATHER, HOSTILE)
    expect(cards(board).nth(1)).to_contain_text("not valid JSON")
    signed_in_page.wait_for_timeout(300)
    assert faults(signed_in_page) == []
    assert overflow(signed_in_page) <= 0


def test_the_call_is_announced_once(simulator: Simulator, signed_in_page: Page) -> None:
    called(simulator, signed_in_page, models=(V3,))
    announcer = signed_in_page.locator("#announcer")
    expect(announcer).to_have_text("Lane A: done, it waits for the result of get_weather.")
