"""What a message may cost stands beside the send button before it is sent."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from completions import estimate
from tests.journeys.axe import faults, overflow
from tests.journeys.board import Board
from tests.journeys.settings_panel import Panel
from tests.journeys.trials import set_trials
from tests.model_ids import LLAMA, V3
from tests.simulator.serving import Simulator

DRAFT = "Tell me about rivers, lakes, és and 😀."


def figure(board: Board) -> Locator:
    return board.page.locator("[data-cost]")


def row(board: Board, letter: str) -> Locator:
    return board.page.locator(f'[data-cost-lane="{letter}"]')


def dollars(place: Locator) -> float:
    """As it is said, to two significant digits."""
    expect(place).to_contain_text("$")
    said = re.search(r"\$([\d.,]+)", place.text_content() or "")
    assert said is not None
    return float(said[1].replace(",", ""))


def test_it_is_told_as_one_types_and_reckoned_as_the_server_does(signed_in_page: Page) -> None:
    board = Board.of(signed_in_page, V3, LLAMA)
    expect(figure(board)).to_be_hidden()
    asked: list[str] = []
    signed_in_page.on("request", lambda request: asked.append(request.url) if "/estimate" in request.url else None)
    board.composer.press_sequentially(DRAFT)
    expect(figure(board)).to_have_text(re.compile(r"^≈ \$0\.0\d+ for 2 lanes$"))
    assert len(asked) == 1
    likely = estimate.prompt({"messages": [{"role": "user", "content": DRAFT}]})[1]
    figure(board).click()
    for letter in "AB":
        expect(row(board, letter).locator("[data-prompt-tokens]")).to_have_text(f"~{likely}")
        expect(row(board, letter)).to_contain_text("~500")
    parts = [dollars(row(board, letter).locator("[data-likely]")) for letter in "AB"]
    assert dollars(figure(board)) == pytest.approx(sum(parts), rel=0.12)
    signed_in_page.keyboard.press("Escape")
    expect(figure(board)).to_be_focused()
    board.composer.fill("")
    expect(figure(board)).to_be_hidden()


def test_what_changes_in_the_lanes_changes_it(simulator: Simulator, signed_in_page: Page) -> None:
    simulator.drill(length=40, ttft=0, tokens_per_second=0)
    board = Board.of(signed_in_page, V3, LLAMA)
    board.ask()
    board.are_done()
    board.composer.fill("And lakes?")
    expect(figure(board)).to_contain_text("for 2 lanes")
    expect(row(board, "A")).to_contain_text("~40 ×")
    once = dollars(row(board, "A").locator("[data-likely]"))
    set_trials(board, "A", 3)
    expect(row(board, "A")).to_contain_text("× 3 trials")
    assert dollars(row(board, "A").locator("[data-likely]")) == pytest.approx(3 * once, rel=0.12)
    panel = Panel.of_all(board)
    panel.field("max_tokens").fill("10")
    panel.save()
    expect(row(board, "B")).to_contain_text("~10 ×")
    for letter in "AB":
        likely = dollars(row(board, letter).locator("[data-likely]"))
        assert dollars(row(board, letter).locator("[data-most]")) == likely
    board.choose("B", "Close lane")
    expect(figure(board)).to_contain_text("for 1 lane")


def test_nothing_is_told_while_the_lanes_answer(simulator: Simulator, signed_in_page: Page) -> None:
    simulator.drill(stall_after=3, ttft=0, tokens_per_second=0)
    board = Board.of(signed_in_page, V3)
    board.composer.fill("Tell me about rivers.")
    expect(figure(board)).to_be_visible()
    board.composer.press("Enter")
    board.streams()
    board.composer.fill("What comes next")
    expect(figure(board)).to_be_hidden()
    signed_in_page.keyboard.press("Escape")
    board.is_("A", "stopped")
    expect(figure(board)).to_have_text(re.compile(r"for 1 lane$"))


def test_nothing_is_told_of_it_while_the_server_is_away(signed_in_page: Page) -> None:
    board = Board.of(signed_in_page, V3)
    signed_in_page.route("**/estimate", lambda route: route.abort())
    with signed_in_page.expect_event("requestfailed"):
        board.composer.fill("Half a thou")
    signed_in_page.unroute("**/estimate")
    board.composer.press_sequentially("ght")
    expect(figure(board)).to_be_visible()
    expect(signed_in_page.locator("#messages [data-notice]")).to_have_count(0)


def test_a_draft_that_was_kept_has_its_cost_too(signed_in_page: Page) -> None:
    board = Board.of(signed_in_page, V3)
    board.composer.fill("Half a thought")
    expect(figure(board)).to_be_visible()
    signed_in_page.reload()
    expect(board.composer).to_have_value("Half a thought")
    expect(figure(board)).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_in_it(signed_in_page: Page, scheme: Any, width: int) -> None:
    signed_in_page.set_viewport_size({"width": width, "height": 800})
    signed_in_page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    board = Board.of(signed_in_page, V3, LLAMA)
    board.composer.fill("Tell me about rivers.")
    figure(board).click()
    expect(row(board, "A")).to_be_visible()
    assert faults(signed_in_page) == []
    assert overflow(signed_in_page) <= 0
