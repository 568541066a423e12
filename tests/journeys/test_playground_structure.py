"""Whether an answer is the JSON it should be is said while it is written, in the words of its end."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.journeys.axe import faults
from tests.journeys.board import Board
from tests.journeys.settings_panel import Panel
from tests.journeys.test_by_keyboard import SAID
from tests.journeys.trials import bar, place
from tests.journeys.waiting import until
from tests.model_ids import LLAMA, PHI, V3
from tests.simulator.serving import Simulator

WHOLE = '{"label": "good", "confidence": 0.5, "reason": "' + "so " * 40 + '"}'
FAULT = "Does not match the schema at $.label: 'good' is not one of ['positive', 'neutral', 'negative']"
AT_ONCE: dict[str, Any] = {"ttft": 0, "tokens_per_second": 0}


def asks_for(board: Board, schema: str = "", trials: int = 1) -> None:
    """Of all lanes; empty: the example that classifies a text."""
    panel = Panel.of_all(board)
    panel.field("response_format").select_option("json_schema")
    if schema:
        panel.field("schema").fill(schema)
    else:
        panel.setting("response_format").get_by_role("button", name="Classify a text").click()
    if trials > 1:
        panel.field("trials").fill(str(trials))
    panel.save()


def says(board: Board, letter: str) -> Locator:
    return board.lane(letter).locator("[data-message]:visible [data-structure]")


def test_each_lane_says_how_its_answer_stands(simulator: Simulator, signed_in_page: Page) -> None:
    board = Board.of(signed_in_page, V3, LLAMA, PHI)
    asks_for(board)
    simulator.drill(V3, echo='{"label": "neutral"}', stall_after=4, **AT_ONCE)
    simulator.drill(LLAMA, echo=WHOLE, stall_after=40, **AT_ONCE)
    simulator.drill(PHI, echo=WHOLE, stall_after=0, **AT_ONCE)
    signed_in_page.evaluate(SAID)
    board.ask()
    expect(says(board, "A")).to_have_text("Valid so far, incomplete")
    expect(says(board, "B")).to_have_text(FAULT)
    expect(says(board, "B")).to_have_attribute("data-structure", "invalid")
    board.is_("B", "streaming")
    board.is_("C", "connecting")
    expect(says(board, "C")).to_be_hidden()
    until(signed_in_page, "(fault) => window.said.some((said) => said.includes(fault))", f"Lane B: {FAULT}.")
    assert sum(FAULT in said for said in signed_in_page.evaluate("window.said")) == 1
    assert faults(signed_in_page) == []
    signed_in_page.reload()
    expect(says(board, "B")).to_have_text(FAULT)
    expect(says(board, "A")).to_have_text("Valid so far, incomplete")


def test_what_was_said_early_is_what_the_end_says(simulator: Simulator, signed_in_page: Page) -> None:
    simulator.drill(echo=WHOLE, stall_after=40, stall_for=8, **AT_ONCE)
    board = Board.of(signed_in_page, V3)
    asks_for(board)
    board.ask()
    expect(says(board, "A")).to_have_text(FAULT)
    board.is_("A", "streaming")
    board.are_done("A")
    expect(says(board, "A")).to_contain_text(FAULT)
    expect(board.lane("A").locator("[data-schema]")).to_have_count(0)


def test_without_a_schema_only_the_json_is_looked_at(simulator: Simulator, signed_in_page: Page) -> None:
    simulator.drill(V3, echo='{"a": [1, 2, 3', stall_after=6, **AT_ONCE)
    simulator.drill(LLAMA, echo="Here you are: {} and {}", stall_after=4, **AT_ONCE)
    board = Board.of(signed_in_page, V3, LLAMA)
    panel = Panel.of_all(board)
    panel.field("response_format").select_option("json_object")
    panel.save()
    board.ask()
    expect(says(board, "A")).to_have_text("JSON so far, incomplete")
    expect(says(board, "B")).to_have_text("Not JSON")
    expect(says(board, "B")).to_have_attribute("data-structure", "not_json")
    signed_in_page.keyboard.press("Escape")
    expect(says(board, "A")).to_contain_text("Incomplete JSON")


def test_each_trial_says_its_own(simulator: Simulator, signed_in_page: Page) -> None:
    simulator.drill(echo=WHOLE, stall_after=40, **AT_ONCE)
    board = Board.of(signed_in_page, V3)
    asks_for(board, trials=2)
    board.ask()
    expect(says(board, "A")).to_have_text(FAULT)
    bar(board).get_by_role("button", name="Next trial").click()
    place(board, "2 of 2")
    expect(says(board, "A")).to_have_text(FAULT)


def test_a_schema_that_takes_for_ever_holds_nobody_up(simulator: Simulator, signed_in_page: Page) -> None:
    simulator.drill(echo=json.dumps(["a" * 60 + "!", *["more"] * 20]), stall_after=40, **AT_ONCE)
    board = Board.of(signed_in_page, V3)
    asks_for(board, '{"items": {"pattern": "^(a+)+$"}}')
    board.ask()
    board.streams()
    board.composer.fill("Meanwhile")
    expect(says(board, "A")).to_have_text("Will be checked when complete")
    signed_in_page.keyboard.press("Escape")
    expect(says(board, "A")).to_contain_text("Incomplete JSON")


def test_an_answer_says_whether_it_is_the_json_it_should_be(simulator: Simulator, signed_in_page: Page) -> None:
    board = Board.of(signed_in_page, V3, LLAMA)
    panel = Panel.of_all(board)
    panel.field("response_format").select_option("json_schema")
    panel.setting("response_format").get_by_role("button", name="Classify a text").click()
    panel.save()
    simulator.drill(tokens_per_second=25, ttft=0)
    echo = '{"label": "good", "confidence": 2, "reason": "' + "*so* " * 40 + '"}'
    simulator.drill(LLAMA, echo=echo, stall_after=60, stall_for=8, **AT_ONCE)
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
