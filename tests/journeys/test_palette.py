"""The palette in a browser: what it finds, in which order, what it does, and that it stays still meanwhile."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.journeys.axe import faults
from tests.journeys.board import Board
from tests.journeys.waiting import until
from tests.model_ids import LLAMA, V3
from tests.simulator.serving import Simulator

HOSTILE = '<img src=x onerror="window.hurt=1"> “quoted” ‮detrever'
THOUSAND = [
    {"title": f"Model {number} of many", "hint": f"maker/model-{number}", "model_id": f"maker/model-{number}"}
    for number in range(1000)
]


@pytest.fixture
def page(signed_in_page: Page) -> Iterator[Page]:
    signed_in_page.goto("/settings/api-keys", wait_until="networkidle")
    yield signed_in_page
    assert signed_in_page.evaluate("window.hurt") is None


def search(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Go to a page")


def active(page: Page) -> Locator:
    return page.locator("#palette [data-active]")


def options(page: Page) -> Locator:
    return page.locator("#palette [role=option]:not([aria-disabled])")


def opened(page: Page, words: str = "") -> None:
    """With all that is there, which the server has told."""
    page.keyboard.press("Control+k")
    expect(page.locator("#palette .menu-title", has_text=re.compile("^Models"))).to_be_visible()
    search(page).fill(words)


def answered(page: Page, groups: list[dict[str, Any]], *, lookups: bool = False) -> None:
    """What the server would say, said here."""

    def say(route: Route) -> None:
        is_lookup = "q=" in route.request.url
        body = {"groups": groups if is_lookup == lookups else [], "icons": {}}
        route.fulfill(content_type="application/json", body=json.dumps(body))

    page.route("**/search**", say)


def test_the_best_fit_is_first_and_letters_in_their_order_are_enough(page: Page) -> None:
    for words, title in (("te", "Teams"), ("usage", "Usage"), ("keys api", "API keys"), ("dpsk v3", "DeepSeek V3")):
        opened(page, words)
        expect(active(page)).to_contain_text(title)
        page.keyboard.press("Escape")


def test_what_was_chosen_lately_is_first_when_nothing_is_typed(page: Page) -> None:
    opened(page, "teams")
    page.keyboard.press("Enter")
    expect(page).to_have_url("/settings/teams")
    page.goto("/settings")
    page.keyboard.press("Control+k")
    expect(page.locator("#palette .menu-title").first).to_have_text("Recent")
    expect(active(page)).to_contain_text("Teams")


def test_whoever_types_ahead_of_the_entries_gets_there(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.keyboard.type("organiz")
    page.keyboard.press("Enter")
    expect(page).to_have_url("/settings/organization")


def test_it_says_how_many_there_are_and_which_is_active(page: Page) -> None:
    opened(page, "teams")
    expect(page.locator("[data-palette-count]")).to_have_text("1 result")
    assert search(page).get_attribute("aria-activedescendant") == active(page).get_attribute("id")
    search(page).fill("zebra crossing")
    expect(page.locator("[data-palette-count]")).to_have_text("No results")
    expect(page.locator("#palette")).to_contain_text("Nothing is called “zebra crossing”")
    assert search(page).get_attribute("aria-activedescendant") is None


def test_what_is_found_late_comes_below_and_moves_nothing(page: Page) -> None:
    late = [{"title": "Teapots compared", "hint": "Comparison", "url": "/playground/x"}]
    waiting: list[Route] = []
    page.route("**/search?q=*", lambda route: waiting.append(route))
    opened(page, "te")
    page.keyboard.press("ArrowDown")
    until(page, "document.querySelectorAll('#palette [role=option]').length > 1")
    before = options(page).all_inner_texts()
    chosen = active(page).inner_text()
    while not waiting:
        page.wait_for_timeout(20)
    body = {"groups": [{"title": "Comparisons", "entries": late}], "icons": {}}
    waiting[0].fulfill(content_type="application/json", body=json.dumps(body))
    expect(options(page).last).to_contain_text("Teapots compared")
    assert options(page).all_inner_texts()[:-1] == before
    assert active(page).inner_text() == chosen


def test_what_is_found_twice_is_listed_once(page: Page) -> None:
    """The list of all that is there comes while the server looks the words up."""
    waiting: dict[bool, Route] = {}
    page.route("**/search**", lambda route: waiting.update({"q=" in route.request.url: route}))
    page.keyboard.press("Control+k")
    search(page).fill("teapots")
    while len(waiting) < 2:
        page.wait_for_timeout(20)
    same = {"title": "Comparisons", "entries": [{"title": "Teapots", "hint": "Comparison", "url": "/playground/x"}]}
    for is_lookup in (False, True):
        with page.expect_response(waiting[is_lookup].request.url):
            waiting[is_lookup].fulfill(
                content_type="application/json", body=json.dumps({"groups": [same], "icons": {}})
            )
        expect(options(page).first).to_contain_text("Teapots")
    page.wait_for_timeout(100)
    expect(options(page)).to_have_count(1)


def test_hostile_titles_are_text(page: Page) -> None:
    answered(page, [{"title": HOSTILE, "entries": [{"title": HOSTILE, "hint": HOSTILE, "url": "/playground/x"}]}])
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_contain_text("onerror")
    search(page).fill("onerror")
    expect(active(page)).to_contain_text(HOSTILE)
    search(page).fill(HOSTILE + "x")
    expect(page.locator("#palette")).to_contain_text("Nothing is called")
    expect(page.locator("#palette img")).to_have_count(0)


def test_a_thousand_models_are_narrowed_key_by_key(page: Page, record_property: Any) -> None:
    answered(page, [{"title": "Models", "entries": THOUSAND}])
    opened(page)
    expect(page.locator("#palette")).to_contain_text("12 of 1000")
    took = page.evaluate(
        """() => {
          const search = document.querySelector("[data-palette-search]");
          return [..."model 777 maker"].map((letter) => {
            const begun = performance.now();
            search.value += letter;
            search.dispatchEvent(new Event("input", { bubbles: true }));
            document.querySelector("[data-palette-results]").getBoundingClientRect();
            return performance.now() - begun;
          });
        }"""
    )
    record_property("milliseconds a key", [round(each, 1) for each in took])
    expect(active(page)).to_contain_text("Model 777 of many")
    expect(options(page)).to_have_count(1)


def test_models_stay_ticked_while_other_words_are_typed_eight_at_most(page: Page) -> None:
    answered(page, [{"title": "Models", "entries": THOUSAND}])
    opened(page)
    for number in range(1, 10):
        search(page).fill(f"model {number}00")
        expect(active(page)).to_contain_text(f"Model {number}00 of many")
        page.keyboard.press("Shift+Enter")
    expect(page.locator("[data-palette-compare]")).to_have_text("Compare 8 models")
    expect(page.locator("[data-palette-count]")).to_have_text("A comparison has 8 lanes at most")
    search(page).fill("model 300")
    expect(active(page)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Shift+Enter")
    expect(page.locator("[data-palette-compare]")).to_have_text("Compare 7 models")


def test_it_opens_from_a_dialog_and_gives_the_focus_back(signed_in_page: Page) -> None:
    board = Board.of(signed_in_page)
    signed_in_page.keyboard.press("Escape")
    signed_in_page.keyboard.press(",")
    field = board.dialog.locator("[name=temperature]:not([data-slider])")
    field.focus()
    signed_in_page.keyboard.press("Control+k")
    expect(search(signed_in_page)).to_be_focused()
    expect(signed_in_page.locator("#palette")).not_to_contain_text("Settings of lane")
    signed_in_page.keyboard.press("Control+k")
    expect(field).to_be_focused()


def test_it_does_what_the_page_can_do_with_the_keys_that_do_the_same(
    simulator: Simulator, signed_in_page: Page
) -> None:
    simulator.drill(echo="Yes.")
    board = Board.of(signed_in_page, V3, LLAMA)
    board.ask()
    board.are_done()
    opened(signed_in_page, "settings lane b")
    expect(active(signed_in_page)).to_contain_text("Settings of lane B")
    expect(active(signed_in_page)).to_contain_text("Llama 3.1 8B")
    signed_in_page.keyboard.press("Enter")
    expect(board.dialog).to_contain_text("Settings of lane B")
    signed_in_page.keyboard.press("Escape")
    expect(board.composer).to_be_focused()
    opened(signed_in_page, "view code")
    expect(active(signed_in_page).locator("kbd")).to_have_text("D")
    opened_again = signed_in_page.locator("#palette")
    search(signed_in_page).fill("stop all")
    expect(opened_again).not_to_contain_text("Stop all lanes")
    search(signed_in_page).fill("dark")
    signed_in_page.keyboard.press("Enter")
    expect(signed_in_page.locator("html")).to_have_attribute("data-theme", "dark")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_it_looks_as_it_should(signed_in_page: Page, scheme: Any, width: int, tmp_path: Any) -> None:
    signed_in_page.set_viewport_size({"width": width, "height": 900})
    signed_in_page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    Board.of(signed_in_page, V3, LLAMA)
    signed_in_page.keyboard.press("Escape")
    opened(signed_in_page)
    assert faults(signed_in_page) == []
    signed_in_page.screenshot(path=tmp_path / "palette.png")
    search(signed_in_page).fill("lane")
    signed_in_page.screenshot(path=tmp_path / "palette-lane.png")
    signed_in_page.keyboard.press("Control+k")
    signed_in_page.keyboard.press("?")
    assert faults(signed_in_page) == []
    signed_in_page.screenshot(path=tmp_path / "keys.png")
