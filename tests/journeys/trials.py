"""Trials of a lane in a browser, in words."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.journeys.board import Board
from tests.model_ids import V3


def set_trials(board: Board, letter: str, trials: int) -> None:
    lane = board.lane(letter)
    lane.get_by_role("button", name=re.compile(f"Settings of lane {letter}")).click()
    board.dialog.locator("[name=trials]").fill(str(trials))
    board.dialog.get_by_role("button", name="Save", exact=True).click()
    expect(board.dialog).to_have_count(0)
    expect(lane.get_by_role("button", name=f"Settings of lane {letter}, changed")).to_be_visible()


def bar(board: Board, letter: str = "A") -> Locator:
    return board.lane(letter).locator("[data-trials-bar]").last


def place(board: Board, text: str, letter: str = "A") -> None:
    expect(bar(board, letter).locator("[data-trials-place]")).to_have_text(text)


def three_answers(page: Page, *models: str) -> Board:
    board = Board.of(page, *(models or (V3,)))
    set_trials(board, "A", 3)
    board.ask()
    board.are_done("A")
    return board
