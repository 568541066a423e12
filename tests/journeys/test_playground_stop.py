"""Stop: one lane, all of them, before the first word."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.board import Board
from tests.journeys.waiting import glyphs
from tests.model_ids import LLAMA, V3
from tests.simulator.serving import Simulator


def endlessly(simulator: Simulator, model: str = "") -> None:
    simulator.drill(model, length=5000, ttft=0.05, tokens_per_second=100)


def test_one_lane_stops_and_the_other_goes_on(simulator: Simulator, signed_in_page: Page) -> None:
    endlessly(simulator, LLAMA)
    simulator.drill(V3, echo="word " * 300, ttft=0.05, tokens_per_second=200)
    board = Board.of(signed_in_page, V3, LLAMA)
    board.ask()
    board.streams("B")
    board.lane("B").locator("[data-stop-lane]").click()
    board.is_("B", "stopped")
    board.are_done("A")
    expect(board.lane("B").locator("[data-foot]")).to_contain_text("Stopped")
    assert board.said("B")


def test_the_send_button_is_the_stop_button_in_the_same_place(simulator: Simulator, signed_in_page: Page) -> None:
    endlessly(simulator)
    board = Board.of(signed_in_page)
    glyphs(signed_in_page)
    before = board.send.bounding_box()
    board.ask()
    board.streams("A")
    expect(board.send).to_have_attribute("data-state", "running")
    assert board.send.bounding_box() == before
    board.send.click()
    for letter in "AB":
        board.is_(letter, "stopped")
    expect(board.send).to_have_attribute("data-state", "idle")
    assert not simulator.settled()["totals"]["running"]


def test_what_is_entered_while_the_lanes_answer_stays_and_is_told_why_until_they_do_not(
    simulator: Simulator, signed_in_page: Page
) -> None:
    endlessly(simulator)
    board = Board.of(signed_in_page)
    status = signed_in_page.locator("[data-composer-status]")
    board.ask()
    board.streams("A")
    board.ask("And lakes?")
    expect(status).to_have_text("The lanes are still answering. Wait for them, or stop them with Esc.")
    board.send.click()
    for letter in "AB":
        board.is_(letter, "stopped")
    expect(status).to_have_text("")
    expect(board.composer).to_have_value("And lakes?")


@pytest.mark.parametrize("width", [390, 560])
def test_on_a_narrow_screen_what_is_told_stands_above_the_buttons_which_do_not_move(
    signed_in_page: Page, width: int
) -> None:
    signed_in_page.set_viewport_size({"width": width, "height": 800})
    board = Board.of(signed_in_page)
    status = signed_in_page.locator("[data-composer-status]")
    buttons = [board.send, *signed_in_page.locator("[data-add], [data-add-images]").all()]
    glyphs(signed_in_page)
    before = [button.bounding_box() for button in buttons]
    board.composer.press("Enter")
    expect(status).to_have_text("There is nothing to send yet: write something.")
    told, bar = status.bounding_box(), signed_in_page.locator(".composer-bar").bounding_box()
    send = board.send.bounding_box()
    assert told is not None
    assert bar is not None
    assert send is not None
    assert told["height"] < 20, "one line"
    assert told["y"] + told["height"] <= send["y"]
    assert told["width"] > bar["width"] * 0.9
    assert [button.bounding_box() for button in buttons] == before
    board.composer.fill("Rivers?")
    expect(status).to_have_text("")
    expect(signed_in_page.locator("[data-cost]")).to_be_visible()
    assert [button.bounding_box() for button in buttons] == before


def test_escape_stops_before_the_first_word(simulator: Simulator, signed_in_page: Page) -> None:
    simulator.drill(stall_before_headers=60)
    board = Board.of(signed_in_page)
    board.ask()
    expect(board.lane("A").locator("[data-phase]")).to_be_visible()
    signed_in_page.keyboard.press("Escape")
    for letter in "AB":
        board.is_(letter, "stopped")
    simulator.settled()


def test_a_failure_says_who_failed_and_is_retried_alone(simulator: Simulator, signed_in_page: Page) -> None:
    simulator.drill(V3, status=400, message="This one refuses.")
    board = Board.of(signed_in_page, V3, LLAMA)
    board.ask()
    board.is_("A", "failed")
    board.is_("B", "done")
    simulator.drill(V3, echo="Better now.")
    board.lane("A").get_by_role("button", name="Retry").last.click()
    board.are_done()
    expect(board.answer("A")).to_have_text("Better now.")


def test_the_escape_that_closes_the_drawer_of_a_phone_stops_no_lane(simulator: Simulator, signed_in_page: Page) -> None:
    stops: list[str] = []

    def note(frame: str | bytes) -> None:
        if '"stop"' in str(frame):
            stops.append(str(frame))

    signed_in_page.on("websocket", lambda socket: socket.on("framesent", note))
    signed_in_page.set_viewport_size({"width": 390, "height": 800})
    simulator.drill(stall_after=3, ttft=0, tokens_per_second=0)
    board = Board.of(signed_in_page, V3)
    board.ask()
    board.streams()
    menu = signed_in_page.get_by_role("button", name="Menu")
    menu.click()
    expect(signed_in_page.locator(".switcher")).to_be_focused()
    signed_in_page.keyboard.press("Escape")
    expect(menu).to_be_focused()
    board.is_("A", "streaming")
    assert stops == []
    signed_in_page.keyboard.press("Escape")
    board.is_("A", "stopped")
