"""Comparisons are searched, renamed, pinned, shared with a colleague, copied, taken out, brought in and deleted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from playground.history import PAGE
from tests.journeys.axe import faults, overflow
from tests.journeys.board import Board
from tests.journeys.waiting import settled
from tests.model_ids import LLAMA, V3
from tests.serving import Served
from tests.simulator.serving import Simulator

COLLEAGUE = """
from accounts.models import Membership, Organization, User
user, _ = User.objects.get_or_create(username="grace")
Membership.objects.get_or_create(organization=Organization.objects.get(name="Local"), user=user)
"""

KEPT = f"""
from accounts.models import Project, User
from playground.models import Comparison
kept = {{"project": Project.objects.get(slug="playground"), "created_by": User.objects.get(username="grace")}}
Comparison.objects.bulk_create(Comparison(title=f"Kept {{number}}", **kept) for number in range({PAGE}))
"""


@pytest.fixture
def colleague(browser: Browser, served: Served) -> Iterator[BrowserContext]:
    """A window of Grace's, a member of the local admin's organization."""
    served.manage("shell", "-c", COLLEAGUE)
    context = browser.new_context(base_url=served.url)
    context.new_page().goto(served.sign_in_link("grace"))
    yield context
    context.close()


def asked(page: Page, text: str) -> Board:
    board = Board.of(page, V3, LLAMA)
    board.ask(text)
    board.are_done()
    return board


def in_history(page: Page, query: str = "") -> Any:
    page.goto("/playground/history")
    if query:
        page.get_by_role("searchbox").fill(query)
    return page.locator("[data-row]")


def share(page: Page, choice: str) -> None:
    page.locator("[data-comparison-menu]").click()
    page.get_by_role("menuitem", name="Share…").click()
    page.get_by_role("radio", name=choice, exact=True).check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_a_comparison_is_found_by_what_was_said_and_opens_there(simulator: Simulator, signed_in_page: Page) -> None:
    simulator.drill(echo="\n\n".join(f"Paragraph {number} on zithers." for number in range(60)))
    asked(signed_in_page, "What is a glockenspiel?")
    row = in_history(signed_in_page, "GLOCKEN")
    expect(row).to_have_count(1)
    expect(row.locator("mark")).to_have_text("glocken")
    row.get_by_role("link").click()
    expect(signed_in_page.locator(".message:target")).to_contain_text("glockenspiel")
    expect(signed_in_page.locator(".message:target")).to_be_in_viewport()


def test_it_is_renamed_and_pinned_in_place(simulator: Simulator, signed_in_page: Page) -> None:
    simulator.drill(echo="Short.")
    board = asked(signed_in_page, "To be renamed")
    address = board.page.url
    asked(signed_in_page, "A later one")
    row = in_history(signed_in_page).filter(has_text="To be renamed")
    row.get_by_role("button", name=re.compile("^Rename ")).click()
    signed_in_page.get_by_role("textbox", name="Title").fill("My drums")
    signed_in_page.keyboard.press("Enter")
    expect(signed_in_page.get_by_role("button", name="Rename My drums")).to_be_focused()
    signed_in_page.get_by_role("button", name="Pin My drums").click()
    expect(signed_in_page.locator("[data-row]").first).to_contain_text("My drums")
    expect(signed_in_page.get_by_role("button", name="Unpin My drums")).to_be_focused()
    signed_in_page.goto(address)
    expect(signed_in_page.locator("[data-title]")).to_have_text("My drums")
    signed_in_page.keyboard.press("Control+k")
    signed_in_page.keyboard.type("my drums")
    expect(signed_in_page.locator("#palette [data-active]")).to_contain_text("My drums")
    signed_in_page.keyboard.press("Enter")
    expect(signed_in_page).to_have_url(address)


def test_a_colleague_reads_along_live_and_makes_a_copy(
    simulator: Simulator, signed_in_page: Page, colleague: BrowserContext
) -> None:
    simulator.drill(echo=" ".join(f"word{number}" for number in range(150)), tokens_per_second=30)
    board = Board.of(signed_in_page, V3, LLAMA)
    reader = colleague.new_page()
    assert reader.goto(signed_in_page.url).status == 404  # type: ignore[union-attr]
    share(signed_in_page, "The organization can read")
    expect(signed_in_page.locator("#shared")).to_contain_text("Shared")
    reader.goto(signed_in_page.url)
    read = Board(reader)
    read.is_connected()
    board.ask("Read along")
    read.streams()
    assert (
        reader.locator(
            "[data-composer], [data-stop-lane]:visible, .message-actions button[aria-label=Edit]:visible"
        ).count()
        == 0
    )
    for letter in "AB":
        read.is_(letter, "done")
    board.are_done()
    assert [read.said(letter) for letter in "AB"] == [board.said(letter) for letter in "AB"]
    expect(reader.get_by_role("button", name="Make a copy")).to_have_count(0)
    share(signed_in_page, "The organization can read and copy")
    reader.goto("/playground/history?of=others")
    reader.locator("[data-row]").filter(has_text="Read along").get_by_role("link").click()
    reader.get_by_role("button", name="Make a copy").click()
    expect(reader.locator("[data-title]")).to_have_text("Copy of Read along")
    simulator.drill(echo="My own.")
    Board(reader).is_connected()
    Board(reader).ask("And now alone")
    expect(Board(reader).answer("A")).to_contain_text("My own.")
    expect(board.lane("A")).not_to_contain_text("And now alone")


def test_a_reader_is_not_carried_away_by_what_the_owner_does(
    simulator: Simulator, signed_in_page: Page, colleague: BrowserContext
) -> None:
    simulator.drill(echo="\n\n".join(f"Paragraph {number}." for number in range(60)), ttft=0, tokens_per_second=0)
    board = asked(signed_in_page, "Read in peace")
    share(signed_in_page, "The organization can read")
    reader = colleague.new_page()
    for page in (reader, signed_in_page):
        page.set_viewport_size({"width": 390, "height": 800})
    reader.goto(signed_in_page.url)
    read = Board(reader)
    read.is_connected()
    scroller = reader.locator('[data-lane="A"] [data-lane-scroll]')
    scroller.hover()
    reader.mouse.wheel(0, -400)
    away = read.lane("A").locator("[data-jump-latest]")
    expect(away).to_be_visible()
    settled(read.lane("A").locator("[data-message]").first)
    top = scroller.evaluate("(lane) => lane.scrollTop")
    board.ask("And on")
    board.are_done()
    expect(read.lane("A").locator("[data-message]")).to_have_count(4)
    read.is_("A", "done")
    expect(away).to_be_visible()
    assert scroller.evaluate("(lane) => lane.scrollTop") == top
    expect(board.lane("A").locator("[data-message]").last.locator("[data-foot]")).to_be_in_viewport()
    board.choose("A", "Duplicate")
    expect(board.lane("C")).to_be_in_viewport()
    expect(read.lane("C")).to_be_attached()
    expect(read.lane("A")).to_be_in_viewport(ratio=0.9)


def test_the_short_list_is_gone_through_by_keyboard(served: Served, colleague: BrowserContext) -> None:
    served.manage("shell", "-c", KEPT)
    page = colleague.new_page()
    Board.of(page, V3)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/history?in=menu" in request.url else None)
    page.get_by_role("button", name="History").focus()
    page.keyboard.press("Enter")
    short = page.get_by_role("dialog", name="History")
    search, rows = short.get_by_role("searchbox"), short.locator("[data-row] a")
    expect(search).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(rows.first).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(search).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(short.get_by_role("link", name="All comparisons")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(short.get_by_role("link", name="Show more")).to_be_focused()
    page.keyboard.press("Enter")
    expect(rows.nth(PAGE)).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.press("Tab")
    expect(short).to_be_hidden()
    assert len([url for url in asked if "after=" not in url]) == 1


def test_when_sharing_ends_the_reader_is_told(
    simulator: Simulator, signed_in_page: Page, colleague: BrowserContext
) -> None:
    Board.of(signed_in_page, V3)
    share(signed_in_page, "The organization can read")
    reader = colleague.new_page()
    reader.goto(signed_in_page.url)
    Board(reader).is_connected()
    share(signed_in_page, "Nobody else")
    expect(reader.locator("[data-connection]")).to_contain_text("is not shared with you any more")
    assert reader.reload().status == 404  # type: ignore[union-attr]


def test_it_leaves_as_a_file_comes_back_and_is_deleted(
    simulator: Simulator, signed_in_page: Page, tmp_path: Path
) -> None:
    simulator.drill(echo="A tune.")
    page = signed_in_page
    board = asked(page, "Sing something")
    page.locator("[data-comparison-menu]").click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="Export as JSON").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert file.name == "sing-something.json"
    first = page.url
    page.locator("[data-comparison-menu]").click()
    page.get_by_role("menuitem", name="Delete…").click()
    page.locator("#confirm").get_by_role("button", name="Delete").click()
    expect(page).to_have_url("/playground/history")
    expect(page.locator("#messages")).to_contain_text("“Sing something” was deleted.")
    page.goto(first)
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Sing something")
    page.goto("/playground/import")
    broken = tmp_path / "broken.json"
    broken.write_text(file.read_text().replace('"role": "user"', '"role": "king"', 1))
    page.get_by_label("JSON file").set_input_files(broken)
    page.get_by_role("button", name="Import").click()
    expect(page.locator(".errorlist")).to_contain_text("lanes[0].messages[0].role")
    page.get_by_label("JSON file").set_input_files(file)
    page.get_by_role("button", name="Import").click()
    board.is_connected()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sing something (imported)")
    assert board.said("A").strip() == "A tune."
    expect(board.lane("A")).to_have_attribute("data-state", "done")


def test_axe_finds_nothing_in_either_theme_at_any_width(
    simulator: Simulator, signed_in_page: Page, colleague: BrowserContext
) -> None:
    simulator.drill(echo="Short.")
    asked(signed_in_page, "For everybody’s eyes")
    share(signed_in_page, "The organization can read and copy")
    reader = colleague.new_page()
    reader.goto(signed_in_page.url)
    Board(reader).is_connected()
    shared = signed_in_page.url
    for theme, width in (("light", 1280), ("dark", 320)):
        for page in (signed_in_page, reader):
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
            page.set_viewport_size({"width": width, "height": 720})
        check(reader)
        for address in ("/playground/history", "/playground/history?q=eyes", "/playground/import", shared):
            signed_in_page.goto(address)
            check(signed_in_page)
        signed_in_page.locator("[data-comparison-menu]").click()
        check(signed_in_page)
        signed_in_page.get_by_role("menuitem", name="Share…").click()
        signed_in_page.get_by_role("dialog").wait_for()
        check(signed_in_page)
        signed_in_page.goto("/playground/history")
        signed_in_page.get_by_role("button", name=re.compile("^Rename ")).first.click()
        signed_in_page.get_by_role("textbox", name="Title").wait_for()
        check(signed_in_page)


def check(page: Page) -> None:
    assert faults(page) == []
    assert overflow(page) <= 0
