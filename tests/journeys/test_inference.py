"""Choosing models on the Inference tab, with pointer and keys."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.axe import faults, overflow
from tests.journeys.mouse import click
from tests.journeys.waiting import glyphs
from tests.model_ids import LLAMA, PHI, R1, V3

Card = Callable[[str], Locator]


@pytest.fixture
def tab(signed_in_page: Page) -> Page:
    signed_in_page.set_viewport_size({"width": 1440, "height": 1000})
    signed_in_page.goto("/inference")
    return signed_in_page


@pytest.fixture
def card(tab: Page) -> Card:
    return lambda model_id: tab.locator(f'[data-model="{model_id}"]')


def choose(*cards: Locator) -> None:
    """Anywhere on a card but its name: on what it says of itself."""
    for each in cards:
        each.locator(".model-summary").click()


def chosen(tab: Page) -> list[str]:
    found: list[str] = tab.locator('[data-model][aria-selected="true"]').evaluate_all(
        "cards => cards.map((card) => card.dataset.model)"
    )
    return sorted(found)


def border(each: Locator) -> str:
    each.page.mouse.move(0, 0)
    each.evaluate("card => Promise.all(card.getAnimations().map((animation) => animation.finished))")
    colour: str = each.evaluate("card => getComputedStyle(card).borderTopColor")
    return colour


def test_three_models_are_chosen_and_compared(tab: Page, card: Card) -> None:
    plain = border(card(R1))
    choose(card(R1), card(PHI), card(V3))
    for model_id in (R1, PHI, V3):
        expect(card(model_id).get_by_role("link", name="Compare 3 models in the Playground")).to_be_visible()
    accent = tab.evaluate(
        "() => { const probe = document.body.appendChild(document.createElement('i')); "
        "probe.style.color = 'var(--accent)'; return getComputedStyle(probe).color; }"
    )
    assert border(card(R1)) == accent != plain
    expect(tab).to_have_url(f"/inference?selected={R1},{PHI},{V3}")
    card(PHI).get_by_role("link", name="Compare 3 models").click()
    expect(tab.locator("[data-lane]")).to_have_count(3)
    letters = [tab.locator(f'[data-lane="{letter}"]').get_attribute("aria-label") for letter in "ABC"]
    assert letters == ["Lane A: DeepSeek R1-0528", "Lane B: Phi 4 Mini", "Lane C: DeepSeek V3-0324"]


def test_choosing_moves_nothing(tab: Page, card: Card) -> None:
    places = "cards => cards.map((card) => JSON.stringify(card.getBoundingClientRect()))"
    glyphs(tab)
    before = tab.locator("[data-model]").evaluate_all(places)
    for each in (card(R1), card(PHI)):
        click(each.locator(".model-summary"))
        expect(each).to_have_attribute("aria-selected", "true")
    assert tab.locator("[data-model]").evaluate_all(places) == before


def test_one_model_is_tried(tab: Page, card: Card) -> None:
    choose(card(LLAMA))
    card(LLAMA).get_by_role("link", name="Try in the Playground").click()
    expect(tab.locator("[data-lane]")).to_have_count(1)


def test_the_name_opens_the_model_and_chooses_nothing(tab: Page, card: Card) -> None:
    card(R1).get_by_role("link", name="DeepSeek R1-0528", exact=True).click()
    expect(tab).to_have_url(f"/inference/{R1}")
    tab.go_back()
    assert chosen(tab) == []


def test_a_reload_restores_the_choice_and_its_order(tab: Page, card: Card) -> None:
    choose(card(V3), card(LLAMA))
    tab.reload()
    assert chosen(tab) == sorted([V3, LLAMA])
    expect(card(LLAMA).locator("[data-compare]")).to_have_attribute("href", f"/playground?models={V3},{LLAMA}")


def test_escape_and_the_background_clear(tab: Page, card: Card) -> None:
    choose(card(R1), card(V3))
    tab.keyboard.press("Escape")
    assert chosen(tab) == []
    expect(tab).to_have_url("/inference")
    choose(card(R1))
    tab.locator("main.page").click(position={"x": 5, "y": 400})
    assert chosen(tab) == []


def test_keys_choose_move_and_compare(tab: Page, card: Card) -> None:
    first = tab.locator("[data-model]").first
    first.focus()
    tab.keyboard.press("Space")
    tab.keyboard.press("ArrowRight")
    tab.keyboard.press("Space")
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("Space")
    assert len(chosen(tab)) == 3
    tab.keyboard.press("Space")
    assert len(chosen(tab)) == 2
    tab.keyboard.press("End")
    expect(tab.locator("[data-model]").last).to_be_focused()
    button = first.get_by_role("link", name="Compare 2 models in the Playground")
    button.focus()
    tab.keyboard.press("Enter")
    expect(tab.locator("[data-lane]")).to_have_count(2)


def test_the_choice_survives_searching_filtering_and_sorting(tab: Page, card: Card) -> None:
    choose(card(PHI), card(R1))
    tab.get_by_label("Search models").fill("deepseek")
    expect(tab.locator("[data-model]")).to_have_count(2)
    expect(tab.locator("[data-selection-line]")).to_have_text("2 selected, 1 of them not shown")
    choose(card(V3))
    tab.get_by_label("Search models").fill("")
    expect(tab.locator("[data-model]")).to_have_count(6)
    assert chosen(tab) == sorted([PHI, R1, V3])
    tab.get_by_label("Sort").select_option("price")
    expect(tab.locator("[data-model]").first).to_have_attribute("data-model", PHI)
    expect(card(R1).locator("[data-compare]")).to_have_attribute("href", f"/playground?models={PHI},{R1},{V3}")
    expect(tab).to_have_url(f"/inference?sort=price&selected={PHI},{R1},{V3}")


def test_vision_leaves_the_models_that_see(tab: Page) -> None:
    tab.get_by_text("Vision", exact=True).first.click()
    expect(tab.locator("[data-model]")).to_have_count(1)
    expect(tab).to_have_url("/inference?modality=vision")


def test_copying_an_id_chooses_nothing(tab: Page, card: Card) -> None:
    card(PHI).get_by_role("button", name="Copy the ID of Phi 4 Mini").click()
    expect(tab.locator("#announcer")).to_have_text("Copied")
    assert tab.evaluate("navigator.clipboard.readText()") == PHI
    assert chosen(tab) == []


def test_a_sample_is_copied_as_it_is_shown(tab: Page) -> None:
    tab.goto(f"/inference/{PHI}")
    tab.get_by_text("curl", exact=True).click()
    sample = tab.locator('[data-sample="bash"]')
    sample.get_by_role("button", name="Copy").click()
    expect(tab.locator("#announcer")).to_have_text("Copied")
    copied = tab.evaluate("navigator.clipboard.readText()")
    assert copied == sample.locator("code#sample-bash").text_content()
    assert copied.startswith("curl ")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/inference", f"/inference?selected={R1},{PHI}", f"/inference/{R1}"])
@pytest.mark.parametrize("width", [320, 1440])
def test_it_is_clean_for_everyone_and_never_scrolls_sideways(tab: Page, path: str, scheme: str, width: int) -> None:
    tab.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    tab.set_viewport_size({"width": width, "height": 900})
    tab.goto(path)
    assert overflow(tab) <= 0
    assert faults(tab) == []
