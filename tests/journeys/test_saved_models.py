"""A lane's model is saved under a name, updated, found again, and asked by its name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.conftest import Serve
from tests.journeys.axe import faults, overflow
from tests.journeys.board import Board
from tests.journeys.settings_panel import Panel
from tests.journeys.shots import shoot
from tests.model_ids import LLAMA, PHI
from tests.serving import Served
from tracing.saved_models.content import SAVED_MODEL, Content, value_of


@pytest.fixture(autouse=True)
def _nothing_is_left(served: Served) -> Iterator[None]:
    """Other journeys look for models in the same picker."""
    yield
    with httpx2.Client(base_url=served.url, auth=("api", served.key()), timeout=30) as client:
        asked = {
            "project_id": "local/playground",
            "filter": {"leaf_object_classes": [SAVED_MODEL], "latest_only": True},
        }
        found = client.post("/traces/objs/query", json=asked).raise_for_status().json()["objs"]
        for name in {one["object_id"] for one in found}:
            gone = {"project_id": "local/playground", "object_id": name}
            client.post("/traces/obj/delete", json=gone).raise_for_status()


@pytest.fixture
def signed_in_page(signed_in_page: Page) -> Page:
    """In its project, wherever another journey of the same session went last."""
    signed_in_page.goto("/local/playground/weave")
    return signed_in_page


def name_of(board: Board, letter: str) -> Locator:
    return board.lane(letter).locator(".lane-model-name")


def changed(board: Board, letter: str) -> Locator:
    return board.lane(letter).locator("[data-lane-changed]")


def set_up(board: Board, letter: str, **values: str) -> None:
    panel = Panel.of(board, letter)
    for name, value in values.items():
        panel.field(name).fill(value)
    panel.save(letter)


def save(board: Board, letter: str, name: str) -> None:
    board.choose(letter, "Save model…")
    board.dialog.get_by_label("Name").fill(name)
    board.dialog.get_by_role("button", name="Save", exact=True).click()
    expect(board.dialog).to_have_count(0)
    expect(name_of(board, letter)).to_have_text(f"{name}:v0")


def test_a_lane_is_saved_changed_updated_and_reset(signed_in_page: Page) -> None:
    board = Board.of(signed_in_page, LLAMA, PHI)
    set_up(board, "A", system_prompt="Be brief.", temperature="0.2")
    board.choose("A", "Save model…")
    expect(board.dialog).to_contain_text("Be brief.")
    board.dialog.get_by_label("Name").fill("support bot")
    board.dialog.get_by_role("button", name="Save", exact=True).click()
    expect(board.dialog.get_by_role("alert")).to_contain_text("letters and digits")
    board.dialog.get_by_label("Name").fill("support-bot")
    board.dialog.get_by_role("button", name="Save", exact=True).click()
    expect(board.dialog).to_have_count(0)
    expect(name_of(board, "A")).to_have_text("support-bot:v0")
    expect(changed(board, "A")).to_have_count(0)
    set_up(board, "A", temperature="0.9")
    expect(changed(board, "A")).to_have_text("Changed")
    board.choose("A", "Update support-bot…")
    expect(board.dialog).to_contain_text("0.9")
    board.dialog.get_by_role("button", name="Update").click()
    expect(name_of(board, "A")).to_have_text("support-bot:v1")
    expect(changed(board, "A")).to_have_count(0)
    set_up(board, "A", temperature="1.5")
    board.choose("A", "Reset to v1")
    expect(changed(board, "A")).to_have_count(0)
    signed_in_page.reload()
    expect(Panel.of(board, "A").field("temperature")).to_have_value("0.9")


def test_it_is_found_in_the_picker_and_the_palette_and_an_older_version_taken(signed_in_page: Page) -> None:
    board = Board.of(signed_in_page, PHI, LLAMA)
    set_up(board, "A", temperature="0.1")
    save(board, "A", "finder")
    set_up(board, "A", temperature="0.3")
    board.choose("A", "Update finder…")
    board.dialog.get_by_role("button", name="Update").click()
    expect(name_of(board, "A")).to_have_text("finder:v1")
    signed_in_page.locator("[data-add-lane]").click()
    expect(signed_in_page.locator("#picker-new [data-submenu]").first).to_be_focused()
    signed_in_page.keyboard.type("finder phi")
    picker = signed_in_page.locator("#picker-new")
    expect(picker.locator("[data-pick]:visible")).to_have_count(1)
    signed_in_page.keyboard.press("Enter")
    expect(name_of(board, "C")).to_have_text("finder:v1")
    expect(picker).to_be_hidden()
    board.choose("C", "Versions…")
    board.dialog.get_by_role("button", name="Use v0").click()
    expect(name_of(board, "C")).to_have_text("finder:v0")
    expect(name_of(board, "A")).to_have_text("finder:v1")
    signed_in_page.keyboard.press("ControlOrMeta+k")
    signed_in_page.keyboard.type("finder")
    signed_in_page.get_by_role("option", name="finder:v1 Phi").click()
    expect(name_of(board, "A")).to_have_text("finder:v1")
    expect(board.lane("B")).to_have_count(0)


def test_who_comes_back_finds_what_was_saved_in_another_tab(
    signed_in_page: Page, signed_in_context: BrowserContext
) -> None:
    here = Board.of(signed_in_page, PHI)
    picker, add = signed_in_page.locator("#picker-new"), signed_in_page.locator("[data-add-lane]")
    add.click()
    expect(picker.get_by_role("menuitem", name="Serverless Inference")).to_be_focused()
    signed_in_page.keyboard.press("Escape")
    there = Board(signed_in_context.new_page())
    there.page.goto(here.page.url)
    there.is_connected()
    save(there, "A", "elsewhere-bot")
    signed_in_page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    add.click()
    expect(picker.get_by_role("menuitem", name="Serverless Inference")).to_be_focused()
    signed_in_page.keyboard.type("elsewhere")
    expect(picker.get_by_role("menuitemradio", name="elsewhere-bot")).to_be_visible()


def test_it_stands_on_the_first_level_and_typing_searches_all_models(signed_in_page: Page) -> None:
    board = Board.of(signed_in_page, PHI)
    save(board, "A", "phi-bot")
    signed_in_page.locator("[data-add-lane]").click()
    picker = signed_in_page.locator("#picker-new")
    expect(picker.get_by_role("menuitem", name="Serverless Inference")).to_be_focused()
    for key in ("ArrowDown", "ArrowRight"):
        signed_in_page.keyboard.press(key)
    expect(picker.get_by_role("menuitem", name="Saved models")).to_have_attribute("aria-expanded", "true")
    for section, name, is_there in (("Saved models", "phi-bot", True), ("Serverless Inference", "Phi 4 Mini", False)):
        row = picker.locator(f'[aria-label="{section}"] [data-pick]', has_text=name)
        expect(row).to_be_visible(visible=is_there)
    signed_in_page.keyboard.type("phi")
    for section, name in (("Saved models", "phi-bot"), ("Serverless Inference", "Phi 4 Mini")):
        expect(picker.get_by_role("group", name=section).get_by_role("menuitemradio", name=name)).to_be_visible()
    signed_in_page.keyboard.type("ossible")
    expect(picker.get_by_role("status")).to_have_text("No models match.")
    picker.get_by_role("menuitem", name="Serverless Inference").click()
    expect(picker.locator("[data-picker-search]")).to_have_value("")
    expect(picker.get_by_role("group", name="Saved models")).to_be_hidden()
    signed_in_page.keyboard.press("ArrowLeft")
    expect(picker.get_by_role("menuitem", name="Serverless Inference")).to_be_focused()


def test_a_picker_that_was_open_before_has_what_is_saved_and_deleted(signed_in_page: Page) -> None:
    board = Board.of(signed_in_page, PHI)
    picker = signed_in_page.locator("#picker-new")

    def lists_saved_models(count: int) -> None:
        signed_in_page.locator("[data-add-lane]").click()
        expect(picker.get_by_role("menuitem", name="Serverless Inference")).to_be_focused()
        expect(picker.get_by_role("menuitem", name="Saved models")).to_have_count(count)
        signed_in_page.keyboard.press("Escape")

    lists_saved_models(0)
    signed_in_page.keyboard.press("ControlOrMeta+k")
    signed_in_page.keyboard.type("save lane a")
    expect(signed_in_page.locator("#palette [data-active]")).to_contain_text("Save lane A as a model")
    signed_in_page.keyboard.press("Enter")
    board.dialog.get_by_label("Name").fill("late-bot")
    board.dialog.get_by_role("button", name="Save", exact=True).click()
    expect(name_of(board, "A")).to_have_text("late-bot:v0")
    lists_saved_models(1)
    board.choose("A", "Versions…")
    board.dialog.get_by_role("button", name="Delete v0…").click()
    board.dialog.get_by_role("button", name="Delete", exact=True).click()
    board.dialog.get_by_role("button", name="Close").click()
    lists_saved_models(0)


def test_it_answers_and_is_code_by_its_name(signed_in_page: Page) -> None:
    board = Board.of(signed_in_page, LLAMA)
    set_up(board, "A", system_prompt="Be brief.")
    save(board, "A", "coder")
    board.ask()
    board.are_done("A")
    board.choose("A", "View code")
    code = board.dialog.locator("#sample-python")
    expect(code).to_contain_text(LLAMA)
    expect(code).to_contain_text('"system"')
    board.dialog.locator("[data-by-name]").click()
    expect(code).to_contain_text("local/playground/coder:v0")
    expect(code).not_to_contain_text('"system"')


def test_deleting_says_what_follows_and_the_lane_stays(signed_in_page: Page) -> None:
    board = Board.of(signed_in_page, PHI)
    set_up(board, "A", temperature="0.4")
    save(board, "A", "short-lived")
    board.choose("A", "Versions…")
    board.dialog.get_by_role("button", name="Delete v0…").click()
    expect(board.dialog).to_contain_text("Lanes that use it stay as they are")
    board.dialog.get_by_role("button", name="Delete", exact=True).click()
    expect(board.dialog).to_contain_text("All versions were deleted")
    board.dialog.get_by_role("button", name="Close").click()
    expect(board.lane("A").locator(".lane-saved")).to_have_text("Deleted")
    expect(Panel.of(board, "A").field("temperature")).to_have_value("0.4")


#: It is typed in the very moment in which an earlier search is answered.
LAST_LETTER = """() => document.addEventListener("htmx:beforeSwap", () => {
  const search = document.querySelector("#search-new");
  search.value += "3";
  search.dispatchEvent(new Event("input", { bubbles: true }));
}, { once: true })"""


def test_of_many_those_that_are_not_shown_are_found(browser: Browser, serve: Serve) -> None:
    lineup = serve()
    with httpx2.Client(base_url=lineup.url, auth=("api", lineup.key()), timeout=30) as client:
        for number in range(70):
            value = value_of(Content(PHI, {"seed": number}, title=f"bot-{number}"))
            obj = {"project_id": "local/playground", "object_id": f"bot-{number}", "val": value}
            client.post("/traces/obj/create", json={"obj": obj}).raise_for_status()
    page = browser.new_context(base_url=lineup.url).new_page()
    page.goto(lineup.sign_in_link())
    board = Board.of(page, LLAMA)
    page.locator("[data-add-lane]").click()
    picker = page.locator("#picker-new")
    expect(picker.locator("[data-submenu]").first).to_be_focused()
    page.evaluate(LAST_LETTER)
    page.keyboard.type("bot-")
    expect(picker.locator("[data-pick]:visible")).to_have_count(11)
    page.keyboard.press("Backspace")
    page.keyboard.press("Backspace")
    expect(picker).to_contain_text("There are more: search for one.")
    page.keyboard.type("-0 phi")
    expect(picker.locator("[data-pick]:visible")).to_have_count(1)
    picker.locator("[data-pick]:visible").click()
    expect(name_of(board, "B")).to_have_text("bot-0:v0")
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_axe_finds_nothing_in_what_is_new(signed_in_page: Page, scheme: Any, width: int) -> None:
    page = signed_in_page
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    board, name = Board.of(page, LLAMA, PHI), f"looks-{scheme}-{width}"
    at = f"{width}-{scheme}"
    set_up(board, "A", system_prompt="Be brief and kind to those who ask, whoever they are.", temperature="0.2")
    board.choose("A", "Save model…")
    board.dialog.get_by_label("Name").fill("a b")
    board.dialog.get_by_role("button", name="Save", exact=True).click()
    expect(board.dialog.get_by_role("alert")).to_be_visible()
    _looked_at(page, f"save-{at}")
    board.dialog.get_by_label("Name").fill(name)
    board.dialog.get_by_role("button", name="Save", exact=True).click()
    expect(name_of(board, "A")).to_have_text(f"{name}:v0")
    set_up(board, "A", temperature="0.9")
    expect(changed(board, "A")).to_be_attached()
    board.lane("A").locator("[data-lane-menu]").click()
    _looked_at(page, f"menu-{at}")
    page.keyboard.press("Escape")
    board.choose("A", f"Update {name}…")
    expect(board.dialog).to_contain_text("This differs from v0")
    _looked_at(page, f"update-{at}")
    board.dialog.get_by_role("button", name="Update").click()
    expect(name_of(board, "A")).to_have_text(f"{name}:v1")
    expect(page.locator("[data-tab=A] .lane-tab-name")).to_have_text(f"{name}:v1")
    board.choose("A", "Versions…")
    expect(board.dialog).to_contain_text("The latest in the API")
    _looked_at(page, f"versions-{at}")
    board.dialog.get_by_role("button", name="Delete v0…").click()
    expect(board.dialog).to_contain_text("Lanes that use it")
    _looked_at(page, f"delete-{at}")
    board.dialog.get_by_role("button", name="Keep it").click()
    board.dialog.get_by_role("button", name="Close").click()
    board.lane("A").locator("[data-model-picker]").click()
    page.locator("#picker-A [data-submenu=saved]").click()
    _looked_at(page, f"picker-saved-{at}")
    page.keyboard.type("o")
    expect(page.locator("#picker-A [data-picker-group]").first).to_be_visible()
    _looked_at(page, f"picker-{at}")


def _looked_at(page: Page, name: str) -> None:
    shoot(page, name)
    assert faults(page) == []
    assert overflow(page) <= 0
    if name.startswith("save"):
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
