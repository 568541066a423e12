"""Images in a browser: chosen, sent, seen large, edited; the draft's in every tab."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.axe import faults, overflow
from tests.journeys.board import Board
from tests.journeys.images import CAT, bring, choose, complaints, drafted, looks
from tests.journeys.waiting import until
from tests.model_ids import LLAMA, SCOUT
from tests.playground.images.pictures import picture

__all__ = ["complaints"]


def test_a_very_long_name_is_cut_and_keeps_its_ending(signed_in_page: Page, complaints: list[str]) -> None:
    board = Board.of(signed_in_page, SCOUT)
    bring(board, "drop", CAT, name=f"{'ä' * 3000}.png")
    expect(drafted(board).locator(".draft-image-name")).to_have_text(re.compile("^ä{60,}.*[.]png$"))


def test_on_a_phone_images_of_a_message_are_one_low_row(signed_in_page: Page, complaints: list[str]) -> None:
    signed_in_page.set_viewport_size({"width": 390, "height": 844})
    board = Board.of(signed_in_page, SCOUT)
    names = [f"photo-{number}.png" for number in range(6)]
    choose(board, *((name, "image/png", picture(size=(300 + 10 * len(name), 400))) for name in names))
    looks(board, *names)
    board.ask("What is on these?")
    row = board.lane("A").locator(".message-images")
    expect(row.locator("img")).to_have_count(6)
    box = row.bounding_box()
    assert box is not None
    assert box["height"] < 120
    assert overflow(signed_in_page) <= 0


def test_files_are_chosen_sent_and_seen(signed_in_page: Page, complaints: list[str]) -> None:
    board = Board.of(signed_in_page, SCOUT, LLAMA)
    with signed_in_page.expect_file_chooser():
        signed_in_page.get_by_role("button", name="Add images").click()
        signed_in_page.get_by_role("menuitem", name="Choose files…").click()
    choose(board, ("cat.png", "image/png", CAT), ("dog.jpg", "image/jpeg", picture("JPEG", (300, 400), "#884422")))
    looks(board, "cat.png", "dog.jpg")
    blind = signed_in_page.locator("[data-blind-lanes]")
    expect(blind).to_have_text("Lane B (Llama 3.1 8B) cannot see images and is not asked, as there is no text.")
    expect(board.lane("B").locator(".lane-blind")).to_be_visible()
    expect(board.lane("A").locator(".lane-blind")).to_have_count(0)
    board.composer.fill("What is in these two?")
    expect(blind).to_have_text("Lane B (Llama 3.1 8B) cannot see images and gets the text alone.")
    board.composer.press("Enter")
    board.are_done()
    assert "I was sent 2 images." in board.said("A")
    assert "PNG of 640 × 480 pixels" in board.said("A")
    assert "JPEG of 300 × 400 pixels" in board.said("A")
    expect(drafted(board)).to_have_count(0)
    expect(blind).to_be_hidden()
    expect(board.lane("B").locator("[data-images-left-out]")).to_have_text("2 images not sent: this model cannot see")
    expect(board.lane("B").locator(".input-mark")).to_contain_text("images of message 1 (user) differs")


def test_a_thumbnail_opens_large_and_gives_the_focus_back(signed_in_page: Page, complaints: list[str]) -> None:
    board = Board.of(signed_in_page, SCOUT)
    choose(board, ("cat.png", "image/png", CAT), ("dog.png", "image/png", picture(size=(100, 100))))
    looks(board, "cat.png", "dog.png")
    board.composer.press("Enter")
    board.are_done("A")
    thumbnail = board.lane("A").get_by_role("button", name="cat.png")
    thumbnail.focus()
    signed_in_page.keyboard.press("Enter")
    dialog = signed_in_page.locator(".image-dialog")
    expect(dialog.get_by_role("heading")).to_have_text("cat.png")
    expect(dialog.get_by_role("img", name="cat.png")).to_be_visible()
    expect(dialog).to_contain_text("640 × 480")
    assert faults(signed_in_page) == []
    signed_in_page.keyboard.press("ArrowRight")
    expect(dialog.get_by_role("heading")).to_have_text("dog.png")
    signed_in_page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(board.lane("A").get_by_role("button", name="dog.png")).to_be_focused()


def test_its_trace_shows_it(signed_in_page: Page, complaints: list[str], tmp_path: Path) -> None:
    board = Board.of(signed_in_page, SCOUT)
    choose(board, ("cat.png", "image/png", CAT))
    looks(board, "cat.png")
    board.ask("What is it?")
    board.are_done("A")
    board.lane("A").locator(".metrics-line").click()
    address = board.dialog.get_by_role("link", name="Open the trace").get_attribute("href") or ""
    shown = signed_in_page.locator(".value-media img").first
    # The call is written a moment after the answer has ended.
    for _ in range(30):
        signed_in_page.goto(address)
        if shown.count():
            break
        signed_in_page.wait_for_timeout(500)
    expect(shown).to_be_visible()
    until(signed_in_page, "document.querySelector('.value-media img').naturalWidth === 640")
    signed_in_page.screenshot(path=tmp_path / "trace.png")
    signed_in_page.get_by_role("button", name="Open in Playground").click()
    expect(signed_in_page.locator('[data-role="user"] [data-open-image]')).to_have_count(1)


def test_the_draft_is_in_every_tab_and_after_a_reload(
    signed_in_context: BrowserContext, signed_in_page: Page, complaints: list[str]
) -> None:
    board = Board.of(signed_in_page, SCOUT)
    choose(board, ("cat.png", "image/png", CAT), ("dog.png", "image/png", picture()))
    looks(board, "cat.png", "dog.png")
    other = signed_in_context.new_page()
    other.goto(signed_in_page.url)
    second = Board(other)
    second.is_connected()
    looks(second, "cat.png", "dog.png")
    other.get_by_role("button", name="Remove cat.png").click()
    looks(board, "dog.png")
    expect(other.get_by_role("button", name="Remove dog.png")).to_be_focused()
    signed_in_page.reload()
    board.is_connected()
    looks(board, "dog.png")
    board.ask("What is it?")
    board.are_done("A")
    expect(drafted(second)).to_have_count(0)
    second.are_done("A")
    expect(second.lane("A").get_by_role("button", name="dog.png")).to_be_visible()


def test_an_edit_takes_one_away(signed_in_page: Page, complaints: list[str]) -> None:
    board = Board.of(signed_in_page, SCOUT)
    choose(board, ("cat.png", "image/png", CAT), ("dog.png", "image/png", picture()))
    looks(board, "cat.png", "dog.png")
    board.ask("What is it?")
    board.are_done("A")
    question = board.lane("A").locator('[data-role="user"]')
    board.act(question, "Edit")
    board.lane("A").get_by_label("cat.png").uncheck()
    assert faults(signed_in_page) == []
    board.lane("A").get_by_role("button", name="Save").click()
    expect(question.locator("[data-open-image]")).to_have_count(1)
    board.act(question, "Retry")
    expect(board.answer("A")).to_contain_text("I was sent 1 image.")


def test_images_and_another_role_do_not_go_together(signed_in_page: Page, complaints: list[str]) -> None:
    board = Board.of(signed_in_page, SCOUT)
    choose(board, ("cat.png", "image/png", CAT))
    looks(board, "cat.png")
    signed_in_page.get_by_label("Role").select_option("system")
    expect(board.send).to_be_disabled()
    board.composer.fill("You see.")
    board.composer.press("Enter")
    expect(signed_in_page.locator("[data-composer-status]")).to_contain_text(
        "Only a message of the user can have images"
    )
    signed_in_page.get_by_label("Role").select_option("user")
    expect(board.send).to_be_enabled()


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_looks_well(
    signed_in_page: Page, complaints: list[str], tmp_path: Path, width: int, height: int, theme: str
) -> None:
    signed_in_page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    signed_in_page.set_viewport_size({"width": width, "height": height})
    board = Board.of(signed_in_page, SCOUT, LLAMA)
    choose(
        board,
        ("cat.png", "image/png", CAT),
        ("a rather long name of a photo from the sea.jpg", "image/jpeg", picture("JPEG", (900, 300), "#227788")),
    )
    expect(drafted(board)).to_have_count(2)
    expect(signed_in_page.locator("[data-pending]")).to_have_count(0)
    board.ask("What is in these two?")
    board.are_done()
    choose(
        board,
        ("large.png", "image/png", picture(size=(3000, 2000), colour="#aa5533")),
        ("x.svg", "image/svg+xml", b"<svg/>"),
    )
    expect(drafted(board)).to_have_count(1)
    board.composer.fill("And this one?")
    expect(board.send).to_be_enabled()
    signed_in_page.screenshot(path=tmp_path / f"images-{width}-{theme}.png")
    assert faults(signed_in_page) == []
    assert overflow(signed_in_page) <= 0
    board.lane("A").locator("[data-open-image]").first.click()
    expect(signed_in_page.locator(".image-dialog")).to_be_visible()
    signed_in_page.screenshot(path=tmp_path / f"large-{width}-{theme}.png")
    assert overflow(signed_in_page) <= 0
    signed_in_page.keyboard.press("Escape")
    board.act(board.lane("A").locator('[data-role="user"]'), "Edit")
    expect(board.lane("A").locator("[data-edit-text]")).to_be_focused()
    board.lane("B").locator("[data-lane-scroll]").evaluate("(lane) => lane.scrollTo(0, 0)")
    signed_in_page.screenshot(path=tmp_path / f"edit-{width}-{theme}.png")
    assert overflow(signed_in_page) <= 0
