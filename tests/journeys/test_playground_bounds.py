"""Texts that are meant to choke a page: bounded alike in the stream and from the server, and nothing of them lost."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.board import Board
from tests.journeys.outline import outline
from tests.journeys.waiting import SOON
from tests.model_ids import V3
from tests.simulator.serving import Simulator


def table(rows: int, columns: int) -> str:
    head = "|" + "h|" * columns + "\n|" + "-|" * columns + "\n"
    return head + "".join(f"|{row}{'|x' * (columns - 1)}|\n" for row in range(rows)) + "\nAfter *it*."


BOMBS = {
    "wide and long": table(240, 240),
    "long": table(2100, 3),
    "ragged": "|" + "h|" * 2000 + "\n|" + "-|" * 2000 + "\n" + "x\n" * 2000 + "\nAfter *it*.",
    "quoted": "\n".join(f"> {line}" for line in table(150, 60).split("\n")),
    "formulas in rows": table(10, 2).removesuffix("\nAfter *it*.")
    + "$$ a | b\n|c|d|\n|e|f|\n" * 30
    + "$$ a\n|g|h|\nb $$\n\nAfter *it*.",
    "two": table(130, 60) + "\n\n" + table(2010, 3),
    "braces": "$$" + "{" * 4000 + "\n\nAfter *it*.",
    "definitions": "".join(f"[a{at}]: https://example.com/{at}\n" for at in range(3000)) + "\nAfter [a1].",
    "no definitions": "See [1].\n\nb\n\nc\n\n" + "[\n" * 9_000,
    "addresses": f'[a]: https://example.com/{"x" * 3000}\n\n[b]: /b "{"🙂" * 1001}"\n\n' + "[a] [b] " * 400,
    "items": "- an *item*\n" * 3000 + "\nAfter *it*.",
    "levels": "".join("  " * at + f"- level {at}\n" for at in range(300)) + "\nAfter *it*.",
    "levels in a line": "- " * 700 + "x\n\n" + "> " * 700 + "y\n\nAfter *it*.",
    "lines of a deep quote": "> " * 17 + "a|b\n" + "> " * 17 + "-|-\n" + "a|b\n" * 9000 + "\nAfter *it*.",
    "lines of a deep paragraph": "> " * 17 + "first\n" + "word\n" * 9000 + "\nAfter *it*.",
    "lines": "a\n\n" * 5100,
    "blocks": "*a* `b` **c** [d](https://example.com) ~~e~~\n\n" * 2100,
    "marks": "*a **b " * 8000,
    "brackets": "[a](https://example.com) *b* " * 2001 + "\n\n" + "[" * 20_000,
}


def is_done(board: Board) -> None:
    """A page that has much to show takes a frame for each bit of it, and on a busy machine its frames are few."""
    expect(board.lane("A")).to_have_attribute("data-state", "done", timeout=2 * SOON)


@pytest.mark.parametrize("text", BOMBS.values(), ids=BOMBS)
def test_a_bomb_is_bounded_and_looks_the_same_after_a_reload(
    simulator: Simulator, signed_in_page: Page, text: str
) -> None:
    simulator.drill(echo=text, tokens_per_second=0, ttft=0, chunk_tokens=500)
    board = Board.of(signed_in_page, V3)
    board.ask()
    is_done(board)
    assert board.answer("A").locator("*").count() < 45_000
    streamed = outline(signed_in_page)
    signed_in_page.reload()
    board.is_connected()
    assert streamed == outline(signed_in_page)
    copied = board.lane("A").locator("[data-copy]").last.get_attribute("data-copy")
    assert copied is not None
    assert signed_in_page.request.get(copied).text() == text


ADDED = """
  window.rows = 0;
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) for (const node of addedNodes) if (node.tagName === "TR") window.rows += 1;
  }).observe(document.querySelector("[data-messages]"), { childList: true, subtree: true });
"""


def test_a_row_is_rendered_once_and_none_beyond_the_bound(simulator: Simulator, signed_in_page: Page) -> None:
    simulator.drill(echo=table(2500, 4), tokens_per_second=0, ttft=0, chunk_tokens=20)
    board = Board.of(signed_in_page, V3)
    signed_in_page.evaluate(ADDED)
    board.ask()
    is_done(board)
    answer = board.answer("A")
    expect(answer.locator("tr")).to_have_count(1501)
    # The head and the first row come with their table.
    assert signed_in_page.evaluate("window.rows") <= 1500
    answer.get_by_text("1,000 more rows, as text").click()
    expect(answer.locator(".beyond code")).to_contain_text("|2499|x|x|x|")


def test_a_link_that_is_defined_after_very_many_paragraphs_is_a_link_in_each(
    simulator: Simulator, signed_in_page: Page
) -> None:
    text = "A [word] of *it*.\n\n|[word]|a|\n|-|-|\n|b|[word]|\n\n" * 60 + "[word]: https://example.com/late"
    simulator.drill(echo=text, tokens_per_second=0, ttft=0)
    board = Board.of(signed_in_page, V3)
    board.ask()
    board.are_done("A")
    expect(board.answer("A").get_by_role("link", name="word")).to_have_count(180)
    streamed = outline(signed_in_page)
    signed_in_page.reload()
    board.is_connected()
    assert streamed == outline(signed_in_page)
