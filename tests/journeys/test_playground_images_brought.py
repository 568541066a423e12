"""Images brought to the composer: pasted, dropped, by address; made smaller there, or refused."""

from __future__ import annotations

import base64
import io
import re

import PIL.Image
from playwright.sync_api import Page, expect

from tests.journeys.axe import faults
from tests.journeys.board import Board
from tests.journeys.images import BRING, CAT, bring, choose, complaints, drafted, looks
from tests.model_ids import LLAMA, SCOUT
from tests.playground.images.pictures import animation, picture

__all__ = ["complaints"]


def test_they_are_pasted_and_dropped(signed_in_page: Page, complaints: list[str]) -> None:
    board = Board.of(signed_in_page, SCOUT)
    bring(board, "paste", CAT)
    looks(board, "image.png")
    bring(board, "paste", picture(colour="red"), target="[data-lane-scroll]")
    looks(board, "image.png", "image-2.png")
    bring(board, "drop", picture(colour="blue"), "blue.png")
    looks(board, "image.png", "image-2.png", "blue.png")
    bring(board, "drop", picture(colour="green"), "green.png", target=".lane")
    looks(board, "image.png", "image-2.png", "blue.png", "green.png")
    # What was copied as text and as a picture of it is text.
    assert signed_in_page.evaluate(BRING, ["[data-composer]", "paste", "words", "", ""])
    expect(drafted(board)).to_have_count(4)


def test_a_large_photo_is_made_smaller_in_the_browser_and_stands_upright(
    signed_in_page: Page, complaints: list[str]
) -> None:
    exif = PIL.Image.Exif()
    exif[0x0112] = 6
    photo = picture("JPEG", (4000, 3000), exif=exif.tobytes())
    board = Board.of(signed_in_page, SCOUT)
    with signed_in_page.expect_request(lambda request: request.method == "POST" and "/images" in request.url) as sent:
        choose(board, ("photo.jpg", "image/jpeg", photo))
    looks(board, "photo.jpg")
    expect(drafted(board)).to_contain_text("1536 × 2048")
    expect(drafted(board)).to_contain_text("resized from 3000 × 4000")
    assert int(sent.value.all_headers()["content-length"]) < len(photo) / 2
    image = signed_in_page.request.get(
        drafted(board).locator("[data-open-image]").get_attribute("data-open-image") or ""
    )
    assert PIL.Image.open(io.BytesIO(image.body())).size == (1536, 2048)


def test_they_go_as_they_are_where_the_worker_cannot_be_had(signed_in_page: Page) -> None:
    board = Board.of(signed_in_page, SCOUT)
    signed_in_page.route("**/image-worker*", lambda route: route.abort())
    choose(board, ("one.png", "image/png", CAT))
    looks(board, "one.png")
    choose(board, ("two.png", "image/png", picture(colour="blue")))
    looks(board, "one.png", "two.png")


def test_of_an_animation_the_first_frame_is_taken(signed_in_page: Page, complaints: list[str]) -> None:
    board = Board.of(signed_in_page, SCOUT)
    choose(board, ("moves.gif", "image/gif", animation()))
    looks(board, "moves.png")
    expect(drafted(board)).to_contain_text("first frame of an animation")


def test_what_is_none_says_so_and_can_be_dismissed(signed_in_page: Page, complaints: list[str]) -> None:
    board = Board.of(signed_in_page, SCOUT)
    choose(
        board,
        ("logo.svg", "image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("cat.png", "image/png", CAT),
        ("photo.heic", "image/heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"),
        ("notes.pdf", "application/pdf", b"%PDF-1.7"),
    )
    looks(board, "cat.png")
    failed = signed_in_page.locator("[data-pending][data-failed]")
    expect(failed).to_have_count(3)
    expect(failed.nth(0)).to_contain_text("This is an SVG drawing")
    expect(failed.nth(1)).to_contain_text("This is a HEIC photo")
    expect(failed.nth(2)).to_contain_text("This is no image")
    assert faults(signed_in_page) == []
    for _ in range(3):
        failed.first.get_by_role("button", name="Remove").click()
    expect(failed).to_have_count(0)
    expect(board.composer).to_be_focused()


def test_what_was_refused_stays_and_says_that_it_was_not_sent(signed_in_page: Page, complaints: list[str]) -> None:
    board = Board.of(signed_in_page, SCOUT, LLAMA)
    blind = signed_in_page.locator("[data-blind-lanes]")
    failed = signed_in_page.locator("[data-pending][data-failed]")
    choose(board, ("logo.svg", "image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg'/>"))
    expect(failed).to_contain_text("This is an SVG drawing")
    expect(blind).to_be_hidden()
    board.composer.press("Enter")
    status = signed_in_page.locator("[data-composer-status]")
    expect(status).to_have_text("There is nothing to send yet: write something.")
    board.composer.fill("What")
    expect(status).to_have_text("")
    choose(board, ("cat.png", "image/png", CAT))
    looks(board, "cat.png")
    board.ask("What is in these two?")
    board.are_done()
    assert "I was sent 1 image." in board.said("A")
    expect(failed).to_have_text(re.compile(r"logo\.svg\s+Not sent: This is an SVG drawing, which models do not take"))
    expect(blind).to_be_hidden()
    board.ask("And now?")
    board.are_done()
    expect(failed.locator(".draft-image-facts")).to_have_text(re.compile("^Not sent: This"))
    assert faults(signed_in_page) == []
    failed.get_by_role("button", name="Remove logo.svg").click()
    expect(failed).to_have_count(0)
    expect(board.composer).to_be_focused()


def test_an_address_is_typed(signed_in_page: Page, complaints: list[str]) -> None:
    board = Board.of(signed_in_page, SCOUT)
    signed_in_page.get_by_role("button", name="Add images").click()
    signed_in_page.get_by_role("menuitem", name="From an address…").click()
    field = signed_in_page.get_by_label("Address of an image")
    expect(field).to_be_focused()
    field.fill("http://169.254.169.254/latest/cat.png")
    field.press("Enter")
    failed = signed_in_page.locator("[data-pending][data-failed]")
    expect(failed).to_contain_text("Its host is not on the internet")
    expect(board.composer).to_be_focused()
    signed_in_page.get_by_role("button", name="Add images").click()
    signed_in_page.get_by_role("menuitem", name="From an address…").click()
    field.fill(f"data:image/png;base64,{base64.b64encode(picture()).decode()}")
    signed_in_page.locator("[data-image-fetch]").click()
    looks(board, "image.png")
