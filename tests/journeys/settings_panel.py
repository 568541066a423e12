"""The settings panel in a browser, in words."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from tests.journeys.board import Board
from tests.journeys.waiting import until


class Panel:
    def __init__(self, board: Board) -> None:
        self.board = board
        self.dialog = board.dialog
        #: Whether what was written is to be dropped.
        self.question = board.page.locator("[data-confirm-dialog][open]")

    @classmethod
    def of(cls, board: Board, letter: str) -> Panel:
        board.lane(letter).get_by_role("button", name=f"Settings of lane {letter}").click()
        panel = cls(board)
        expect(panel.dialog).to_contain_text(f"Settings of lane {letter}")
        return panel

    @classmethod
    def of_all(cls, board: Board) -> Panel:
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

    def notice(self, sentence: str) -> Locator:
        """For the eyes; what screen readers are told stands in the dialog as well."""
        return self.dialog.locator("[data-notice]").filter(has_text=sentence)

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

    def save(self, *letters: str) -> None:
        """The letters: of lanes whose heads come anew; a click on what an old one has may be lost."""
        heads = [self.board.lane(letter).locator(".lane-head").element_handle() for letter in letters]
        self.press_save()
        expect(self.dialog).to_have_count(0)
        for head in heads:
            until(self.board.page, "(head) => !head.isConnected", head)
