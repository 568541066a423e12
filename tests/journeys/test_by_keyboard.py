"""Without a mouse: all of the Playground is reached and done by keys, and what happens is said, not only shown."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.axe import faults
from tests.journeys.board import Board
from tests.model_ids import LLAMA, PHI, R1, SCOUT, V3
from tests.simulator.serving import Simulator

SAID = """() => {
  window.said = [];
  for (const region of document.querySelectorAll("#announcer, #alarm")) {
    const role = region.getAttribute("role");
    const note = () => region.textContent && window.said.push(`${role}: ${region.textContent}`);
    new MutationObserver(note).observe(region, { childList: true, characterData: true, subtree: true });
  }
}"""


def tab_to(page: Page, matches: Callable[[dict[str, str]], bool], key: str = "Tab", most: int = 60) -> None:
    """Presses Tab until what has the focus is what is looked for."""
    for _ in range(most):
        page.keyboard.press(key)
        at = page.evaluate(
            """() => ({
              name: document.activeElement.ariaLabel ?? document.activeElement.textContent.trim(),
              id: document.activeElement.id,
              field: document.activeElement.name ?? "",
            })"""
        )
        if matches(at):
            return
    raise AssertionError("Tab does not lead there")


def named(name: str) -> Callable[[dict[str, str]], bool]:
    return lambda at: at["name"] == name


def compares_two_models(page: Page) -> Board:
    page.goto("/settings", wait_until="networkidle")
    page.keyboard.press("Control+k")
    for words in ("phi", "scout"):
        page.keyboard.press("Control+a")
        page.keyboard.type(words)
        expect(page.locator("#palette [data-active]")).to_contain_text(words, ignore_case=True)
        page.keyboard.press("Shift+Enter")
    page.keyboard.press("Enter")
    expect(page.locator("[data-lane]")).to_have_count(2)
    board = Board(page)
    board.is_connected()
    return board


def adds_another(board: Board) -> None:
    press = board.page.keyboard.press
    press("Escape")
    press("a")
    expect(board.page.locator("#picker-new").get_by_role("menuitem", name="Serverless Inference")).to_be_focused()
    board.page.keyboard.type("llama 3.1")
    press("Enter")
    expect(board.lane("C").locator(".lane-model-name")).to_have_text("Llama 3.1 8B")
    # As it closes it gives the focus back: what was typed before that would go elsewhere.
    expect(board.page.locator("#picker-new")).to_be_hidden()


def sends_and_stops(board: Board, simulator: Simulator) -> None:
    simulator.drill(
        echo=" ".join(f"word{number}" for number in range(400)), stall_after=40, ttft=0, tokens_per_second=0
    )
    board.page.keyboard.press("i")
    board.page.keyboard.type("How long is a river?")
    board.page.keyboard.press("Enter")
    for letter in "ABC":
        board.streams(letter)
    board.page.keyboard.press("Escape")
    for letter in "ABC":
        board.is_(letter, "stopped")


def changes_a_setting(board: Board) -> None:
    press = board.page.keyboard.press
    press("Escape")
    press("2")
    press(",")
    expect(board.dialog).to_contain_text("Settings of lane B")
    tab_to(board.page, lambda at: at["field"] == "temperature")
    board.page.keyboard.type("0.3")
    press("Enter")
    expect(board.dialog).to_have_count(0)
    expect(board.lane("B").locator("[data-lane-settings]")).to_have_attribute("title", re.compile("Temperature"))


def views_code(board: Board) -> None:
    board.page.keyboard.press("2")
    board.page.keyboard.press("d")
    expect(board.dialog).to_contain_text("0.3")
    board.page.keyboard.press("Escape")
    expect(board.lane("B").locator("[data-lane-scroll]")).to_be_focused()


def by_palette(board: Board, words: str) -> None:
    board.page.keyboard.press("Control+k")
    board.page.keyboard.type(words)
    expect(board.page.locator("#palette [data-active]")).to_contain_text(words, ignore_case=True)
    board.page.keyboard.press("Enter")


def renames(board: Board) -> None:
    by_palette(board, "rename")
    expect(board.page.locator("#title-input")).to_be_focused()
    board.page.keyboard.press("Control+a")
    board.page.keyboard.type("Rivers by keyboard")
    board.page.keyboard.press("Enter")
    expect(board.page.locator("[data-title]")).to_be_focused()
    expect(board.page.locator("[data-title]")).to_have_text("Rivers by keyboard")


def shares(board: Board) -> None:
    by_palette(board, "share")
    expect(board.dialog).to_contain_text("Who else can read it")
    tab_to(board.page, lambda at: at["field"] == "sharing")
    board.page.keyboard.press("ArrowDown")
    tab_to(board.page, named("Save"))
    board.page.keyboard.press("Enter")
    expect(board.page.locator("#shared")).to_contain_text("Shared")


def deletes_a_message_and_a_lane(board: Board) -> None:
    page = board.page
    page.keyboard.press("1")
    page.keyboard.press("j")
    tab_to(page, named("Copy"))
    page.keyboard.press("End")
    expect(page.get_by_role("button", name="Delete", exact=True).and_(page.locator(":focus"))).to_be_visible()
    page.keyboard.press("Enter")
    left = board.lane("A").locator("[data-message]")
    expect(left).to_have_count(1)
    expect(left).to_be_focused()
    page.keyboard.press("3")
    by_palette(board, "close lane c")
    expect(board.lane("C")).to_have_count(0)
    expect(board.lane("B").locator("[data-lane-scroll]")).to_be_focused()


def deletes_all(board: Board) -> None:
    by_palette(board, "delete this comparison")
    expect(board.page.locator("#confirm")).to_contain_text("Rivers by keyboard")
    tab_to(board.page, named("Delete"))
    board.page.keyboard.press("Enter")
    expect(board.page).not_to_have_url(re.compile(r"/playground/[0-9a-f-]{36}$"))


def test_a_comparison_lives_and_ends_without_a_mouse(simulator: Simulator, signed_in_page: Page) -> None:
    board = compares_two_models(signed_in_page)
    adds_another(board)
    sends_and_stops(board, simulator)
    for act in (changes_a_setting, views_code, renames, shares, deletes_a_message_and_a_lane, deletes_all):
        act(board)


def test_lanes_that_change_together_are_told_in_one_breath(signed_in_page: Page) -> None:
    board = Board.of(signed_in_page, V3, LLAMA, R1, SCOUT, PHI)
    signed_in_page.evaluate(SAID)
    become(board, ("ABCDE", "streaming"))
    expect(signed_in_page.locator("#announcer")).to_have_text("5 lanes streaming.")
    become(board, ("ABC", "thinking"), ("ABC", "done"), ("D", "stopped"), ("E", "failed"))
    expect(signed_in_page.locator("#announcer")).to_have_text("3 lanes done. Lane D: stopped.")
    expect(signed_in_page.locator("#alarm")).to_have_text("Lane E failed.")
    become(board, ("ABCDE", "idle"))
    assert sorted(signed_in_page.evaluate("window.said")) == [
        "alert: Lane E failed.",
        "status: 3 lanes done. Lane D: stopped.",
        "status: 5 lanes streaming.",
    ]


def become(board: Board, *changes: tuple[str, str]) -> None:
    """Letters and their state; all at once, as when one frame says so."""
    board.page.evaluate(
        """(changes) => {
          for (const [letters, state] of changes) {
            for (const letter of letters) {
              const lane = document.querySelector(`[data-lane="${letter}"]`);
              lane.dataset.state = state;
              lane.dispatchEvent(new CustomEvent("lane:state", { bubbles: true }));
            }
          }
        }""",
        [list(change) for change in changes],
    )


def test_a_failure_is_said_at_once_and_only_once(simulator: Simulator, signed_in_page: Page) -> None:
    simulator.drill(V3, status=400, message="Not today.")
    board = Board.of(signed_in_page, V3)
    signed_in_page.evaluate(SAID)
    board.ask()
    board.is_("A", "failed")
    why = board.lane("A").locator("[data-error-message]").inner_text()
    expect(signed_in_page.locator("#alarm")).to_have_text(f"Lane A failed: {why}")
    said = signed_in_page.evaluate("window.said")
    assert [text for text in said if "failed" in text] == [f"alert: Lane A failed: {why}"]


def test_a_lane_that_is_alone_is_told_with_its_figures(simulator: Simulator, signed_in_page: Page) -> None:
    simulator.drill(echo="Short.", ttft=0.8)
    board = Board.of(signed_in_page, V3)
    signed_in_page.evaluate(SAID)
    board.ask()
    board.are_done("A")
    done = re.compile(r"Lane A: done, ~?\d+ tokens in \d+\.\d s\.")
    expect(signed_in_page.locator("#announcer")).to_have_text(done)


def test_a_notice_is_said_by_its_place_alone(signed_in_page: Page) -> None:
    board = Board.of(signed_in_page, V3)
    signed_in_page.evaluate(SAID)
    signed_in_page.route("**/title", lambda route: route.abort())
    signed_in_page.locator("[data-title]").click()
    expect(signed_in_page.locator("#messages[role=status] [data-notice]")).to_contain_text("cannot be reached")
    become(board, ("A", "streaming"))
    expect(signed_in_page.locator("#announcer")).to_have_text("Lane A: streaming.")
    assert signed_in_page.evaluate("window.said") == ["status: Lane A: streaming."]


def test_what_is_said_over_a_dialog_is_said_in_it(signed_in_page: Page) -> None:
    board = Board.of(signed_in_page, V3)
    signed_in_page.keyboard.press("Control+k")
    become(board, ("A", "streaming"))
    expect(signed_in_page.locator("#palette > [data-announcer=polite]")).to_have_text("Lane A: streaming.")


def test_everything_that_takes_the_focus_has_a_role_and_a_name(simulator: Simulator, signed_in_page: Page) -> None:
    simulator.drill(echo="A **short** answer.")
    board = Board.of(signed_in_page, V3, LLAMA)
    board.ask()
    board.are_done()
    tree = signed_in_page.context.new_cdp_session(signed_in_page).send("Accessibility.getFullAXTree")
    nameless = [
        node["role"]["value"]
        for node in tree["nodes"]
        if not node["ignored"]
        and node["role"]["value"] != "main"
        and {"name": "focusable", "value": {"type": "booleanOrUndefined", "value": True}} in node.get("properties", [])
        and not node.get("name", {}).get("value")
    ]
    assert nameless == []


def test_skip_links_lead_past_the_sidebar_and_to_the_message(signed_in_page: Page) -> None:
    board = Board.of(signed_in_page, V3)
    board.composer.blur()
    signed_in_page.evaluate("document.activeElement.blur(); getSelection().removeAllRanges()")
    tab_to(signed_in_page, named("Skip to the message"), key="Shift+Tab", most=80)
    signed_in_page.keyboard.press("Enter")
    expect(board.composer).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_an_answer_that_has_the_focus_is_seen_to(
    simulator: Simulator, signed_in_page: Page, scheme: Any, width: int, tmp_path: Any
) -> None:
    signed_in_page.set_viewport_size({"width": width, "height": 900})
    signed_in_page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    simulator.drill(echo="A short answer in **two** words.")
    board = Board.of(signed_in_page, V3, LLAMA)
    for question in ("First?", "Second?"):
        board.ask(question)
        board.are_done()
    signed_in_page.keyboard.press("Escape")
    signed_in_page.keyboard.press("2")
    signed_in_page.keyboard.press("k")
    expect(board.lane("B").locator('[data-role="assistant"]').last).to_be_focused()
    expect(board.lane("B")).to_be_in_viewport(ratio=0.9)
    assert faults(signed_in_page) == []
    signed_in_page.screenshot(path=tmp_path / "answer.png")
    signed_in_page.goto("/settings#keyboard")
    assert faults(signed_in_page) == []
    signed_in_page.screenshot(path=tmp_path / "settings.png")
