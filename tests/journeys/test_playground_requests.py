"""From an answer to its code, its exact request, and what it took."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.axe import faults, overflow
from tests.journeys.board import Board
from tests.journeys.copying import marked
from tests.model_ids import LLAMA, R1, V3
from tests.simulator.serving import Simulator

HOSTILE = "Say \"hi\" to 'them' at $HOME </script><script>document.title = 'out'</script> 😀 \\"


def clipboard(page: Page) -> str:
    copied: str = page.evaluate("navigator.clipboard.readText()")
    return copied


def marks(board: Board) -> list[str]:
    """Under the latest answers."""
    return [board.lane(letter).locator(".input-mark").last.inner_text() for letter in "AB"]


def test_code_of_a_lane_is_copied_with_one_click(signed_in_page: Page, complaints: list[str]) -> None:
    board = Board.of(signed_in_page)
    board.ask(HOSTILE)
    board.are_done()
    board.draft("And then?")
    board.choose("A", "View code")
    expect(board.dialog.get_by_role("heading", name="Code of lane A")).to_be_visible()
    for title in ("Python", "Weave", "JavaScript", "curl"):
        board.dialog.get_by_text(title, exact=True).click()
        sample = board.dialog.locator(".sample:visible")
        with marked(sample):
            sample.get_by_role("button", name="Copy").click()
        assert V3 in clipboard(signed_in_page)
        assert json.dumps(HOSTILE, ensure_ascii=False) in clipboard(signed_in_page)
    body = json.loads(re.findall(r"<<'JSON'\n(.*)\nJSON\n", clipboard(signed_in_page), re.DOTALL)[0])
    assert [message["role"] for message in body["messages"]] == ["user", "assistant", "user"]
    assert body["messages"][2]["content"] == "And then?"
    signed_in_page.keyboard.press("Escape")
    expect(board.lane("A").locator("[data-lane-menu]")).to_be_focused()
    assert signed_in_page.title() != "out"


def test_lanes_with_the_same_input_carry_the_same_mark(signed_in_page: Page, complaints: list[str]) -> None:
    board = Board.of(signed_in_page)
    board.ask("What is a river?")
    board.are_done()
    assert marks(board) == ["● Same input", "● Same input"]
    question = board.lane("B").locator('[data-role="user"]')
    board.act(question, "Edit")
    board.lane("B").locator("[data-edit-text]").fill("What is a lake?")
    board.lane("B").get_by_role("button", name="Save").click()
    board.act(question, "Retry")
    expect(board.lane("B").locator(".input-mark")).to_have_text("■ Input 2 · message 1 (user) differs")
    assert marks(board)[0] == "● Input 1"
    signed_in_page.reload()
    board.is_connected()
    assert marks(board) == ["● Input 1", "■ Input 2 · message 1 (user) differs"]
    board.lane("B").locator(".input-mark").click()
    expect(board.dialog.get_by_role("heading", name="Request of lane B")).to_be_visible()
    expect(board.dialog.locator('[data-given="A"]')).to_contain_text("Differs first in: message 1 (user)")
    with marked(board.dialog):
        board.dialog.get_by_role("button", name="Copy body").click()
    assert json.loads(clipboard(signed_in_page))["messages"] == [{"role": "user", "content": "What is a lake?"}]
    board.dialog.get_by_role("button", name="Close").click()
    board.choose("A", "Close lane")
    expect(board.lane("B").locator(".input-mark")).to_have_text("Request")


def test_a_lane_shows_what_it_would_send_now(signed_in_page: Page, complaints: list[str]) -> None:
    board = Board.of(signed_in_page, V3)
    board.choose("A", "View request")
    expect(board.dialog).to_contain_text("Nothing was said in this lane yet.")
    board.dialog.get_by_role("button", name="Close").click()
    board.ask("One?")
    board.are_done("A")
    fingerprint = board.lane("A").locator("[data-input]").get_attribute("data-input")
    board.choose("A", "View request")
    expect(board.dialog.locator("#request-body")).to_contain_text('"role": "assistant"')
    board.dialog.get_by_role("button", name="Last request").click()
    expect(board.dialog.get_by_role("heading", name="Request of lane A", exact=True)).to_be_visible()
    expect(board.dialog.locator("[data-fingerprint]")).to_have_text(fingerprint or "")
    signed_in_page.keyboard.press("Escape")
    expect(board.lane("A").locator("[data-lane-menu]")).to_be_focused()


def test_an_answer_is_broken_down(simulator: Simulator, signed_in_page: Page, complaints: list[str]) -> None:
    simulator.drill(ttft=0.2, tokens_per_second=100, think="Hm. " * 10, echo="It is so. " * 5)
    board = Board.of(signed_in_page, R1)
    board.ask("Why?")
    board.are_done("A")
    board.lane("A").locator(".metrics-line").click()
    steps = board.dialog.locator("svg.timeline [data-step]")
    expect(steps).to_have_count(5)
    widths = steps.evaluate_all("(steps) => steps.map((step) => step.getBoundingClientRect().width)")
    drawn = board.dialog.locator("svg.timeline").bounding_box()
    assert drawn is not None
    assert abs(sum(widths) - drawn["width"]) < 2
    amounts = board.dialog.locator("tbody td:last-child", has_text="$").all_inner_texts()
    total = board.dialog.locator("[data-amount]").inner_text()
    assert sum(round(float(amount[1:]) * 10**12) for amount in amounts) == round(float(total[1:]) * 10**12)
    expect(board.dialog).to_contain_text("Reported by the provider")
    with marked(board.dialog):
        board.dialog.get_by_role("button", name="Copy the request ID").click()
    assert re.fullmatch(r"[0-9a-f-]{36}", clipboard(signed_in_page))
    board.dialog.get_by_role("button", name="View request").click()
    expect(board.dialog.get_by_role("heading", name="Request of lane A")).to_be_visible()
    board.dialog.get_by_role("button", name="View code").click()
    expect(board.dialog.get_by_role("heading", name="Code of lane A")).to_be_visible()
    board.dialog.get_by_role("button", name="Close").click()
    expect(board.lane("A").locator(".metrics-line")).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_in_any_of_them(simulator: Simulator, signed_in_page: Page, scheme: Any, width: int) -> None:
    signed_in_page.set_viewport_size({"width": width, "height": 800})
    signed_in_page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    simulator.drill(R1, think="Hm. " * 10, echo="One two three four", stall_after=3, stall_for=1.1)
    board = Board.of(signed_in_page, R1, V3, LLAMA)
    board.ask("Once?")
    board.are_done("ABC")
    board.ask("Twice?")
    board.are_done("ABC")
    board.lane("A").locator(".metrics-line").last.click()
    _is_sound(board, "Answer of lane A")
    board.dialog.get_by_role("button", name="View request").click()
    _is_sound(board, "Request of lane A")
    board.dialog.get_by_role("button", name="View code").click()
    _is_sound(board, "Code of lane A")


def _is_sound(board: Board, title: str) -> None:
    expect(board.dialog.get_by_role("heading", name=title)).to_be_visible()
    board.page.wait_for_timeout(300)
    assert faults(board.page) == []
    assert overflow(board.page) <= 0
    assert board.dialog.evaluate("(dialog) => dialog.scrollWidth - dialog.clientWidth") <= 0
