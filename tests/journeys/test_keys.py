"""Every key that the sheet of `?` lists does what its words say: the sheet is read, each of its rows is proved here."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys import trials
from tests.journeys.board import Board
from tests.journeys.waiting import until
from tests.model_ids import LLAMA, V3
from tests.simulator.serving import Simulator

LONG = "\n\n".join(f"Paragraph {number} of a long answer." for number in range(40))


@pytest.fixture
def board(simulator: Simulator, signed_in_page: Page) -> Board:
    """Two lanes with two questions and their long answers in each; nobody writes."""
    simulator.drill(echo=LONG, ttft=0, tokens_per_second=5000)
    board = Board.of(signed_in_page, V3, LLAMA)
    for question in ("First", "Second"):
        board.ask(question)
        board.are_done()
    board.page.keyboard.press("Escape")
    expect(scroller(board, "A")).to_be_focused()
    return board


def scroller(board: Board, letter: str) -> Locator:
    return board.lane(letter).locator("[data-lane-scroll]")


def answer(board: Board, letter: str, number: int) -> Locator:
    return board.lane(letter).locator('[data-message][data-role="assistant"]').nth(number - 1)


def is_at_the_top(board: Board, letter: str, number: int) -> None:
    """Of its lane, but for the lane's own padding."""
    message = answer(board, letter, number)
    until(
        board.page,
        """message => {
          const lane = message.closest("[data-lane-scroll]");
          return Math.abs(message.getBoundingClientRect().top - lane.getBoundingClientRect().top - 12) < 6;
        }""",
        message.element_handle(),
    )


def listed(page: Page) -> set[str]:
    page.keyboard.press("?")
    rows = page.locator("[data-keys-dialog] [data-command]")
    expect(rows.first).to_be_visible()
    ids = rows.evaluate_all("rows => rows.map(({ dataset }) => dataset.command)")
    page.keyboard.press("Escape")
    expect(page.locator("[data-keys-dialog]")).to_be_hidden()
    return set(ids)


def steps(board: Board) -> None:
    press = board.page.keyboard.press
    for key, number in (("k", 2), ("k", 1), ("k", 1), ("j", 2), ("j", 2), ("g", 1), ("Shift+G", 2)):
        press(key)
        expect(answer(board, "A", number)).to_be_focused()
        for letter in "AB":
            is_at_the_top(board, letter, number)


def copies(board: Board) -> None:
    board.page.keyboard.press("c")
    expect(board.page.locator("#announcer")).to_have_text("Copied")
    assert board.page.evaluate("navigator.clipboard.readText()") == LONG


def edits(board: Board) -> None:
    board.page.keyboard.press("g")
    board.page.keyboard.press("e")
    expect(answer(board, "A", 1).locator("[data-edit-text]")).to_be_focused()
    board.page.keyboard.press("Escape")
    expect(answer(board, "A", 1)).to_be_focused()


def retries(board: Board) -> None:
    answered = answer(board, "B", 2).locator("[data-answer-id]").get_attribute("data-answer-id")
    board.page.keyboard.press("2")
    board.page.keyboard.press("r")
    expect(board.answer("B")).not_to_have_attribute("data-answer-id", answered or "")
    board.are_done()


def breaks_down(board: Board) -> None:
    board.page.keyboard.press("b")
    expect(board.dialog).to_contain_text("Answer of lane A")
    board.page.keyboard.press("Escape")
    # It gives the focus back a moment after it is closed: a key before that would be taken back.
    expect(board.page.locator("[data-dialog-host] > dialog")).to_have_count(0)
    expect(answer(board, "A", 1)).to_be_focused()


def goes_to_lanes(board: Board) -> None:
    for key, letter in (("2", "B"), ("1", "A")):
        board.page.keyboard.press(key)
        expect(scroller(board, letter)).to_be_focused()
    board.page.keyboard.press("8")
    expect(scroller(board, "A")).to_be_focused()


def stands_alone(board: Board) -> None:
    board.page.keyboard.press("f")
    expect(board.lane("B")).to_be_hidden()
    board.page.keyboard.press("2")
    expect(board.lane("B")).to_be_visible()
    expect(board.lane("A")).to_be_hidden()
    board.page.keyboard.press("f")
    expect(board.lane("A")).to_be_visible()
    board.page.keyboard.press("1")


def chooses_a_model(board: Board) -> None:
    board.page.keyboard.press("m")
    expect(board.lane("A").get_by_role("menuitem", name="Serverless Inference")).to_be_focused()
    board.page.keyboard.press("Escape")
    expect(scroller(board, "A")).to_be_focused()


def opens(key: str, words: str) -> Callable[[Board], None]:
    def proof(board: Board) -> None:
        board.page.keyboard.press("2")
        board.page.keyboard.press(key)
        expect(board.dialog).to_contain_text(words)
        board.page.keyboard.press("Escape")
        expect(scroller(board, "B")).to_be_focused()

    return proof


def stops_a_lane(board: Board, simulator: Simulator) -> None:
    simulator.drill(echo=LONG, stall_after=100, ttft=0, tokens_per_second=0)
    board.ask("Slowly")
    for letter in "AB":
        board.streams(letter)
    board.page.locator(".lane-head").first.click()
    board.page.keyboard.press("2")
    board.page.keyboard.press("s")
    board.is_("B", "stopped")
    board.is_("A", "streaming")
    board.page.keyboard.press("Escape")
    board.is_("A", "stopped")


def writes(board: Board) -> None:
    for key in ("/", "i"):
        board.page.keyboard.press(key)
        expect(board.composer).to_be_focused()
        expect(board.composer).to_have_value("")
        board.page.keyboard.press("Escape")
        expect(board.composer).not_to_be_focused()


def sends(board: Board, simulator: Simulator) -> None:
    simulator.drill(echo="Yes.")
    press = board.page.keyboard.press
    press("i")
    board.page.keyboard.type("One")
    press("Shift+Enter")
    board.page.keyboard.type("two")
    expect(board.composer).to_have_value("One\ntwo")
    press("Enter")
    board.are_done()
    expect(board.answer("B")).to_have_text("Yes.")
    board.composer.fill("Three")
    press("Shift+Tab")
    press("Control+Enter")
    expect(board.composer).to_have_value("")
    board.are_done()


def adds_a_lane(board: Board) -> None:
    board.page.keyboard.press("a")
    expect(board.page.locator("#picker-new").get_by_role("menuitem", name="Serverless Inference")).to_be_focused()
    board.page.keyboard.press("Escape")


def shows_the_history(board: Board) -> None:
    board.page.keyboard.press("h")
    expect(board.page.locator("#history")).to_be_visible()
    board.page.keyboard.press("Escape")
    expect(board.page.locator("#history")).to_be_hidden()


def toggles_palette_and_sidebar(board: Board) -> None:
    palette = board.page.locator("#palette")
    for place in ("Escape", "i"):
        board.page.keyboard.press(place)
        board.page.keyboard.press("Control+k")
        expect(palette).to_be_visible()
        board.page.keyboard.press("Control+k")
        expect(palette).to_be_hidden()
    width = board.page.locator("html").get_attribute("data-sidebar")
    board.page.keyboard.press("Control+b")
    expect(board.page.locator("html")).not_to_have_attribute("data-sidebar", width or "")
    board.page.keyboard.press("Control+b")


def test_answers_are_gone_through_and_worked_on(board: Board) -> None:
    for proof in (steps, copies, edits, breaks_down, retries):
        proof(board)


def test_lanes_are_gone_to_and_set(board: Board) -> None:
    for proof in (
        goes_to_lanes,
        stands_alone,
        chooses_a_model,
        opens(",", "Settings of lane B"),
        opens("d", "Code of lane B"),
        adds_a_lane,
        shows_the_history,
        toggles_palette_and_sidebar,
    ):
        proof(board)


def test_messages_are_written_sent_and_stopped(board: Board, simulator: Simulator) -> None:
    writes(board)
    sends(board, simulator)
    stops_a_lane(board, simulator)


def test_trials_are_flipped_through(signed_in_page: Page) -> None:
    board = trials.three_answers(signed_in_page)
    press = signed_in_page.keyboard.press
    press("Escape")
    for key, text in (("]", "2 of 3"), ("]", "3 of 3"), ("[", "2 of 3")):
        press(key)
        trials.place(board, text)
    press("j")
    trial = board.lane("A").locator("[data-trial]:visible")
    expect(trial).to_be_focused()
    press("]")
    trials.place(board, "3 of 3")
    expect(trial).to_have_attribute("data-trial", "3")
    expect(trial).to_be_focused()


#: What proves each row of the sheet, on the pages below.
PROVED = {
    "playground": {
        *("answer.next", "answer.previous", "answer.first", "answer.last"),
        *("answer.copy", "answer.edit", "answer.retry", "answer.figures"),
        *("answer.trial-previous", "answer.trial-next"),
        *("lane.go", "lane.alone", "lane.model", "lane.settings", "lane.code", "lane.stop"),
        *("message.write", "message.send", "message.send-anywhere", "message.break", "message.leave"),
        *("comparison.add", "comparison.history"),
    },
    "everywhere": {"palette", "sidebar", "keys", "close"},
    "inference": {"models.move", "models.ends", "models.select", "models.clear"},
}


def test_the_playgrounds_sheet_lists_what_is_proved_here_and_nothing_else(board: Board) -> None:
    assert listed(board.page) == PROVED["playground"] | PROVED["everywhere"]


def test_the_keys_of_the_models_page(signed_in_page: Page) -> None:
    signed_in_page.goto("/inference", wait_until="networkidle")
    assert listed(signed_in_page) == PROVED["inference"] | PROVED["everywhere"]
    cards = signed_in_page.locator("[data-model]")
    cards.first.focus()
    signed_in_page.keyboard.press("ArrowRight")
    expect(cards.nth(1)).to_be_focused()
    signed_in_page.keyboard.press("Home")
    expect(cards.first).to_be_focused()
    for key in ("Space", "Enter"):
        signed_in_page.keyboard.press(key)
        expect(cards.first).to_have_attribute("aria-selected", str(key == "Space").lower())
    signed_in_page.keyboard.press("Space")
    signed_in_page.keyboard.press("Escape")
    expect(cards.first).to_have_attribute("aria-selected", "false")


def test_single_keys_are_turned_off_for_good_and_others_stay(board: Board) -> None:
    board.page.keyboard.press("?")
    board.page.get_by_label("Single-key shortcuts").uncheck()
    board.page.keyboard.press("Escape")
    board.page.reload()
    board.is_connected()
    board.page.keyboard.press("Escape")
    for key in ("2", "?", "/", "d"):
        board.page.keyboard.press(key)
    expect(scroller(board, "A")).to_be_focused()
    expect(board.page.locator("dialog:modal")).to_have_count(0)
    board.page.goto("/settings")
    expect(board.page.get_by_role("checkbox", name="Single-key shortcuts").first).not_to_be_checked()
    board.page.keyboard.press("Control+k")
    expect(board.page.locator("#palette")).to_be_visible()


def test_no_key_is_taken_from_who_writes_or_from_the_browser(board: Board) -> None:
    board.composer.fill("")
    board.page.keyboard.type("jk12,s?/fd")
    expect(board.composer).to_have_value("jk12,s?/fd")
    board.composer.fill("")
    board.page.keyboard.press("Escape")
    for key in ("Alt+2", "Control+2", "Control+Shift+j"):
        board.page.keyboard.press(key)
    expect(scroller(board, "A")).to_be_focused()


def test_letters_of_an_input_method_and_of_other_alphabets(board: Board) -> None:
    press = """([key, code, rest]) => {
      const event = new KeyboardEvent("keydown", { key, code, bubbles: true, cancelable: true, ...rest });
      return document.activeElement.dispatchEvent(event);
    }"""
    assert board.page.evaluate(press, ["2", "Digit2", {"isComposing": True}]) is True
    expect(scroller(board, "A")).to_be_focused()
    assert board.page.evaluate(press, ["л", "KeyK", {}]) is False
    expect(answer(board, "A", 2)).to_be_focused()
    assert board.page.evaluate(press, ["2", "Digit2", {"shiftKey": True}]) is False
    expect(scroller(board, "B")).to_be_focused()


def test_the_sheet_is_searched_and_shows_this_page_first(board: Board) -> None:
    board.page.keyboard.press("?")
    sheet = board.page.locator("[data-keys-dialog]")
    expect(sheet.locator("h3").first).to_have_text("Answers")
    expect(sheet.locator("h3").last).to_have_text("Everywhere")
    board.page.keyboard.type("settings")
    expect(sheet.locator("[data-command]:visible")).to_have_count(1)
    expect(sheet.locator("[data-keys-found]")).to_have_text("1 key")
    board.page.keyboard.type(" zebra")
    expect(sheet).to_contain_text("No key does that.")
