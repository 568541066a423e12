"""What is written in the settings and not saved: nothing of it is dropped without a word."""

import pytest
from playwright.sync_api import BrowserContext, Dialog, Page, Route, expect

from tests.journeys.board import Board
from tests.journeys.settings_panel import Panel
from tests.model_ids import PHI, V3
from tests.serving import Served


def test_what_cannot_be_saved_is_said_where_it_is_written_and_stays_written(signed_in_page: Page) -> None:
    signed_in_page.set_viewport_size({"width": 390, "height": 844})
    panel = Panel.of(Board.of(signed_in_page, V3), "A")
    panel.field("seed").fill("7")
    signed_in_page.context.set_offline(True)
    panel.press_save()
    notice = panel.notice("The server cannot be reached.")
    expect(notice).to_be_in_viewport()
    panel.press_save()
    expect(notice).to_have_count(1)
    signed_in_page.context.set_offline(False)
    expect(panel.field("seed")).to_have_value("7")
    panel.save("A")
    expect(Panel.of(panel.board, "A").field("seed")).to_have_value("7")


def test_a_save_that_is_not_answered_holds_nobody_and_is_made_again(signed_in_page: Page) -> None:
    panel = Panel.of(Board.of(signed_in_page, V3), "A")
    panel.field("seed").fill("7")
    form = panel.dialog.locator("[data-settings]")
    assert "timeout" in (form.get_attribute("hx-request") or "")
    form.evaluate("""(form) => form.setAttribute("hx-request", '{"timeout": 500}')""")
    signed_in_page.route("**/settings", lambda _: None)
    panel.press_save()
    expect(panel.notice("The server has not answered in time.")).to_be_visible()
    expect(panel.field("seed")).to_have_value("7")
    signed_in_page.unroute("**/settings")
    panel.save("A")
    expect(Panel.of(panel.board, "A").field("seed")).to_have_value("7")


def test_who_was_signed_out_signs_in_again_elsewhere_and_saves_what_is_written(
    signed_in_page: Page, signed_in_context: BrowserContext, served: Served
) -> None:
    board = Board.of(signed_in_page, V3, PHI)
    panel = Panel.of(board, "A")
    panel.field("seed").fill("7")
    signed_in_context.clear_cookies(name="sessionid")
    panel.press_save()
    expect(panel.notice("You are signed out.")).to_be_visible()
    expect(panel.field("seed")).to_have_value("7")
    signed_in_context.new_page().goto(served.sign_in_link())
    panel.save("A")
    expect(Panel.of(board, "A").field("seed")).to_have_value("7")


@pytest.mark.parametrize("way", ["Escape", "Close without saving", "Cancel"])
def test_what_is_written_is_not_dropped_without_a_question(signed_in_page: Page, way: str) -> None:
    panel = Panel.of(Board.of(signed_in_page, V3, PHI), "A")
    panel.leave(way)
    expect(panel.dialog).to_have_count(0)
    panel = Panel.of(panel.board, "A")
    panel.field("seed").fill("7")
    panel.leave(way)
    expect(panel.question).to_contain_text("Discard your changes?")
    keeps = panel.question.get_by_role("button", name="Keep editing")
    expect(keeps).to_be_focused()
    keeps.press("Enter")
    expect(panel.question).to_have_count(0)
    expect(panel.field("seed")).to_have_value("7")
    panel.tab("table")
    panel.leave(way)
    expect(keeps).to_be_focused()
    signed_in_page.keyboard.press("Tab")
    signed_in_page.keyboard.press("Enter")
    expect(panel.dialog).to_have_count(0)


def test_escape_pressed_again_and_again_keeps_what_is_written(signed_in_page: Page) -> None:
    panel = Panel.of(Board.of(signed_in_page, V3), "A")
    panel.field("seed").fill("7")
    for _ in range(4):
        signed_in_page.keyboard.press("Escape")
        expect(panel.question).to_be_visible()
        signed_in_page.keyboard.press("Escape")
        expect(panel.question).to_have_count(0)
        expect(panel.field("seed")).to_be_focused()
    expect(panel.field("seed")).to_have_value("7")
    panel.reset("seed")
    signed_in_page.keyboard.press("Escape")
    expect(panel.dialog).to_have_count(0)


def test_a_tab_on_its_way_does_not_come_over_the_question(signed_in_page: Page) -> None:
    panel = Panel.of(Board.of(signed_in_page, V3, PHI), "A")
    panel.field("seed").fill("7")
    # Never answered.
    signed_in_page.route("**/settings", lambda route: None)
    with signed_in_page.expect_request("**/settings"):
        panel.dialog.locator('[data-settings-tab="B"]').click()
    with signed_in_page.expect_event("requestfailed"):
        signed_in_page.keyboard.press("Escape")
    panel.question.get_by_role("button", name="Keep editing").click()
    expect(panel.field("seed")).to_have_value("7")


@pytest.mark.parametrize("way", ["Escape", "Cancel"])
def test_a_save_on_its_way_is_waited_for(signed_in_page: Page, way: str) -> None:
    panel = Panel.of(Board.of(signed_in_page, V3), "A")
    panel.field("seed").fill("7")
    held: list[Route] = []
    signed_in_page.route("**/settings", lambda route: held.append(route))
    with signed_in_page.expect_request("**/settings"):
        panel.press_save()
    panel.leave(way)
    expect(panel.question).to_have_count(0)
    expect(panel.field("seed")).to_have_value("7")
    held.pop().continue_()
    expect(panel.dialog).to_have_count(0)
    signed_in_page.unroute("**/settings")
    expect(Panel.of(panel.board, "A").field("seed")).to_have_value("7")


def test_a_save_that_waited_for_a_tab_is_waited_for_too(signed_in_page: Page) -> None:
    panel = Panel.of(Board.of(signed_in_page, V3, PHI), "A")
    panel.field("seed").fill("7")
    held: list[Route] = []
    signed_in_page.route("**/settings", lambda route: held.append(route))
    with signed_in_page.expect_request("**/settings"):
        panel.dialog.locator('[data-settings-tab="B"]').click()
    panel.press_save()
    with signed_in_page.expect_request("**/settings"):
        panel.leave("Cancel")
    expect(panel.question).to_have_count(0)
    held.pop().continue_()
    expect(panel.dialog).to_have_count(0)


def test_what_could_not_be_saved_can_be_given_up(signed_in_page: Page) -> None:
    panel = Panel.of(Board.of(signed_in_page, V3), "A")
    panel.field("seed").fill("7")
    signed_in_page.context.set_offline(True)
    panel.press_save()
    expect(panel.dialog).to_contain_text("The server cannot be reached.")
    panel.leave("Cancel")
    panel.question.get_by_role("button", name="Discard changes").click()
    expect(panel.dialog).to_have_count(0)


def test_what_was_refused_is_not_dropped_without_a_question(signed_in_page: Page) -> None:
    panel = Panel.of(Board.of(signed_in_page, V3), "A")
    panel.field("seed").fill("many")
    panel.press_save()
    expect(panel.dialog).to_contain_text("Seed must be a whole number")
    panel.leave("Escape")
    panel.question.get_by_role("button", name="Keep editing").click()
    panel.field("seed").fill("")
    panel.leave("Escape")
    expect(panel.dialog).to_have_count(0)


def test_what_is_written_back_as_it_is_kept_is_left_without_a_question(signed_in_page: Page) -> None:
    panel = Panel.of(Board.of(signed_in_page, V3, PHI), "A")
    unsaved = panel.dialog.locator("[data-drafted], [data-edited]")
    panel.field("seed").fill("7")
    panel.field("is_traced").uncheck()
    panel.tab("B")
    panel.tab("A")
    panel.field("seed").fill("")
    expect(unsaved).not_to_have_count(0)
    panel.field("is_traced").check()
    expect(unsaved).to_have_count(0)
    panel.field("seed").fill("8")
    panel.tab("table")
    panel.value("A", "seed").fill("9")
    expect(unsaved).not_to_have_count(0)
    panel.value("A", "seed").fill("")
    expect(unsaved).to_have_count(0)
    panel.leave("Escape")
    expect(panel.dialog).to_have_count(0)


def test_a_double_click_on_the_cross_leaves_the_question_open(signed_in_page: Page) -> None:
    panel = Panel.of(Board.of(signed_in_page, V3), "A")
    panel.field("seed").fill("7")
    panel.dialog.get_by_role("button", name="Close without saving").dblclick()
    expect(panel.question.get_by_role("button", name="Keep editing")).to_be_focused()
    signed_in_page.mouse.click(5, 5)
    expect(panel.question).to_have_count(0)
    expect(panel.field("seed")).to_have_value("7")


def test_the_focus_is_back_on_the_lane_s_settings_once_they_are_saved(signed_in_page: Page) -> None:
    board = Board.of(signed_in_page, V3, PHI)
    panel = Panel.of(board, "B")
    panel.field("seed").fill("7")
    panel.save()
    head = board.lane("B").get_by_role("button", name="Settings of lane B")
    expect(head).to_have_attribute("data-changed", "")
    expect(head).to_be_focused()


def test_a_click_beside_it_closes_only_what_nothing_is_written_in(signed_in_page: Page) -> None:
    board = Board.of(signed_in_page, V3)
    panel = Panel.of(board, "A")
    panel.field("seed").fill("7")
    signed_in_page.mouse.click(5, 5)
    expect(panel.field("seed")).to_have_value("7")
    expect(panel.field("seed")).to_be_focused()
    panel.reset("seed")
    signed_in_page.mouse.click(5, 5)
    expect(panel.dialog).to_have_count(0)


def test_a_tab_on_its_way_does_not_open_again_what_was_closed(signed_in_page: Page) -> None:
    panel = Panel.of(Board.of(signed_in_page, V3, PHI), "A")
    # Never answered.
    signed_in_page.route("**/settings", lambda route: None)
    with signed_in_page.expect_request("**/settings"):
        panel.dialog.locator('[data-settings-tab="B"]').click()
    with signed_in_page.expect_event("requestfailed"):
        signed_in_page.keyboard.press("Escape")
    expect(panel.dialog).to_have_count(0)


def test_the_page_is_not_left_over_what_is_written_without_a_question(signed_in_page: Page) -> None:
    panel = Panel.of(Board.of(signed_in_page, V3), "A")
    panel.field("seed").fill("7")
    with signed_in_page.expect_event("dialog") as asked:
        signed_in_page.evaluate("setTimeout(() => document.querySelector('a[href=\"/inference\"]').click())")
    assert asked.value.type == "beforeunload"
    asked.value.dismiss()
    expect(panel.field("seed")).to_have_value("7")
    panel.save()
    kinds: list[str] = []

    def note(dialog: Dialog) -> None:
        kinds.append(dialog.type)
        dialog.accept()

    signed_in_page.on("dialog", note)
    signed_in_page.reload()
    assert kinds == []
