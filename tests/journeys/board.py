"""What journeys through the Playground do and see, in words."""

from __future__ import annotations

from urllib.parse import parse_qs

from playwright.sync_api import Locator, Page, Response, expect

from tests.model_ids import LLAMA, V3


class Board:
    def __init__(self, page: Page) -> None:
        self.page = page
        self.composer = page.locator("[data-composer]")
        self.send = page.locator("[data-send]")
        self.dialog = page.locator("[data-dialog-host] dialog[open]")

    @classmethod
    def of(cls, page: Page, *models: str) -> Board:
        """A new comparison of these models."""
        page.goto("/playground?models=" + ",".join(models or (V3, LLAMA)))
        board = cls(page)
        board.is_connected()
        return board

    def is_connected(self) -> None:
        """The page's scripts run and its socket is open."""
        expect(self.page.locator("[data-comparison][data-line=open]")).to_be_attached()

    def lane(self, letter: str) -> Locator:
        return self.page.locator(f'[data-lane="{letter}"]')

    def answer(self, letter: str) -> Locator:
        return self.lane(letter).locator('[data-answer="latest"]')

    def said(self, letter: str) -> str:
        """As it is read once its formulas have their glyphs."""
        expect(self.answer(letter).locator(".math:not([data-finished], [data-refused])")).to_have_count(0)
        return self.answer(letter).text_content() or ""

    def ask(self, text: str = "Tell me about rivers.") -> None:
        self.composer.fill(text)
        self.composer.press("Enter")

    def draft(self, text: str) -> None:
        """Writes it, and the server has it. What was written before may be on its way there, too."""

        def has_it(answer: Response) -> bool:
            sent = answer.request.post_data or ""
            return answer.url.endswith("/draft") and parse_qs(sent).get("draft") == [text]

        with self.page.expect_response(has_it):
            self.composer.fill(text)

    def is_(self, letter: str, state: str) -> None:
        expect(self.lane(letter)).to_have_attribute("data-state", state)

    def are_done(self, letters: str = "AB") -> None:
        for letter in letters:
            self.is_(letter, "done")
        expect(self.send).to_have_attribute("data-state", "idle")

    def streams(self, letter: str = "A") -> None:
        """Some of its answer can be read."""
        self.is_(letter, "streaming")
        expect(self.answer(letter)).not_to_be_empty()

    def act(self, message: Locator, name: str) -> None:
        """Presses one of the buttons that a message shows when the pointer is on it."""
        message.hover()
        message.get_by_role("button", name=name, exact=True).click()

    def choose(self, letter: str, name: str) -> None:
        """An entry of the lane's menu."""
        self.lane(letter).locator("[data-lane-menu]").click()
        self.page.get_by_role("menuitem", name=name).click()
