"""Trials that call functions: each has its calls, and those of the one in use wait."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.board import Board
from tests.journeys.settings_panel import Panel
from tests.journeys.shots import shoot
from tests.journeys.trials import bar, place, three_answers
from tests.simulator.serving import Simulator


def test_each_trial_has_its_calls_and_those_of_the_one_in_use_wait(simulator: Simulator, signed_in_page: Page) -> None:
    simulator.drill(call_with=[{"name": "get_weather", "arguments": '{"city": "Oslo"}', "id": "call_1"}])
    board = three_answers(signed_in_page)
    lane = board.lane("A")
    expect(lane.locator("[data-call-state='open']:visible")).to_have_count(1)
    expect(lane.locator("[data-lane-state]")).to_have_text("Waits for a result")
    bar(board).get_by_role("button", name="Next trial").click()
    other = lane.locator("[data-call-state='other']:visible")
    expect(other).to_contain_text("Use this one first")
    expect(other.locator("[data-give]")).to_have_count(0)
    bar(board).get_by_role("button", name="Use this one").click()
    card = lane.locator("[data-call-state='open']:visible")
    card.get_by_label("Result", exact=True).fill("12 degrees")
    card.get_by_role("button", name="Give result").click()
    board.are_done("A")
    expect(board.answer("A")).to_contain_text("12 degrees")
    place(board, "2 of 3")
    expect(lane.locator("[data-call-state='given']:visible")).to_have_count(1)
    signed_in_page.reload()
    board.is_connected()
    place(board, "2 of 3")
    expect(lane.locator("[data-call-state='given']:visible")).to_have_count(1)


def test_one_that_is_edited_is_a_trial_still(simulator: Simulator, signed_in_page: Page, complaints: list[str]) -> None:
    simulator.drill(call_with=[{"name": "get_weather", "arguments": '{"city": "Oslo"}', "id": "call_1"}])
    board = three_answers(signed_in_page)
    lane, use = board.lane("A"), bar(board).locator("[data-choose]")
    bar(board).get_by_role("button", name="Next trial").click()
    use.click()
    expect(use).to_have_attribute("aria-pressed", "true")
    board.act(lane.locator("[data-message]:visible").last, "Edit")
    expect(lane.locator("[data-edit-text]")).to_be_focused()
    bar(board).get_by_role("button", name="Next trial").click()
    place(board, "3 of 3")
    expect(use).to_have_attribute("title", "Go on with this one instead of trial 2")
    use.click()
    expect(use).to_have_attribute("aria-pressed", "true")
    expect(lane.locator("[data-call-state='open']:visible")).to_have_count(1)
    bar(board).get_by_role("button", name="Previous trial").click()
    expect(lane.locator("[data-edit-text]")).to_be_visible()


def test_using_one_whose_calls_all_have_mocks_goes_on_by_itself(simulator: Simulator, signed_in_page: Page) -> None:
    simulator.drill(call_with=[{"name": "get_weather", "arguments": '{"city": "Oslo"}', "id": "call_1"}])
    board = three_answers(signed_in_page)
    lane = board.lane("A")
    panel = Panel.of(board, "A")
    panel.field("mocks").fill('{"get_weather": "12 degrees"}')
    panel.field("is_mocked").select_option("Answer with the mock results")
    panel.save()
    bar(board).get_by_role("button", name="Next trial").click()
    bar(board).get_by_role("button", name="Use this one").click()
    expect(lane.locator("[data-call-state='mocked']:visible")).to_have_count(1)
    board.are_done("A")
    expect(board.answer("A")).to_contain_text("12 degrees")
    place(board, "2 of 3")
    shoot(signed_in_page, "trial-chosen-with-mocks")


def test_what_a_lane_goes_on_from_by_itself_is_seen_in_every_tab(
    simulator: Simulator, signed_in_context: BrowserContext
) -> None:
    simulator.drill(call_with=[{"name": "get_weather", "arguments": '{"city": "Oslo"}', "id": "call_1"}])
    one, other = signed_in_context.new_page(), signed_in_context.new_page()
    board = three_answers(one)
    panel = Panel.of(board, "A")
    panel.field("mocks").fill('{"get_weather": "12 degrees"}')
    panel.field("is_mocked").select_option("Answer with the mock results")
    panel.save()
    other.goto(one.url)
    beside = Board(other)
    beside.is_connected()
    bar(beside).get_by_role("button", name="Trial 3: done").click()
    place(beside, "3 of 3")
    bar(board).get_by_role("button", name="Next trial").click()
    bar(board).get_by_role("button", name="Use this one").dblclick()
    for each in (board, beside):
        expect(each.answer("A")).to_contain_text("12 degrees")
        each.are_done("A")
        place(each, "2 of 3")
        expect(each.page.locator("[data-composer-status]")).to_have_text("")
    bar(beside).get_by_role("button", name="Next trial").click()
    place(beside, "3 of 3")
    answered = beside.answer("A").get_attribute("data-answer-id")
    beside.lane("A").get_by_role("button", name="Retry", exact=True).locator("visible=true").last.click()
    expect(beside.answer("A")).not_to_have_attribute("data-answer-id", answered or "")
    expect(beside.answer("A")).to_contain_text("12 degrees")
    beside.are_done("A")
    place(beside, "3 of 3")
