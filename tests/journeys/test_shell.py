"""The shell in a browser: palette, menus, theme, sidebar, drawer, keys."""

import pytest
from playwright.sync_api import Page, expect

HOME = "/settings/api-keys"


@pytest.fixture
def page(signed_in_page: Page) -> Page:
    signed_in_page.goto(HOME, wait_until="networkidle")
    return signed_in_page


def test_the_palette_goes_to_a_page_by_keyboard_alone(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.keyboard.type("organ")
    expect(page.locator("[data-active]")).to_contain_text("Organization")
    page.keyboard.press("Enter")
    expect(page).to_have_url("/settings/organization")


def test_the_palette_compares_several_models(page: Page) -> None:
    page.keyboard.press("Control+k")
    for words in ("phi", "scout"):
        page.get_by_role("combobox", name="Go to a page").fill(words)
        expect(page.locator("[data-active]")).to_contain_text(words, ignore_case=True)
        page.keyboard.press("Shift+Enter")
    expect(page.locator("[data-palette-compare]")).to_have_text("Compare 2 models")
    page.keyboard.press("Enter")
    expect(page.locator("[data-lane]")).to_have_count(2)


def test_the_palette_closes_with_escape_and_gives_the_focus_back(page: Page) -> None:
    page.locator(".sidebar [data-palette-open]").click()
    expect(page.get_by_role("combobox", name="Go to a page")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".sidebar [data-palette-open]")).to_be_focused()


def test_a_chosen_theme_is_remembered(page: Page) -> None:
    page.get_by_role("button", name="Theme").click()
    page.get_by_role("menuitemradio", name="Dark").click()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_menus_are_walked_with_arrows_and_closed_with_escape(page: Page) -> None:
    page.get_by_role("button", name="Theme").click()
    expect(page.get_by_role("menuitemradio", name="Like the system")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("menuitemradio", name="Dark")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Theme")).to_be_focused()


def test_a_narrow_sidebar_is_remembered_and_keeps_its_names(page: Page) -> None:
    page.keyboard.press("Control+b")
    page.reload()
    assert page.locator(".sidebar").bounding_box()["width"] < 60  # type: ignore[index]
    expect(page.get_by_role("link", name="Playground")).to_be_visible()


def test_a_question_mark_shows_the_keys_but_not_while_writing(page: Page) -> None:
    page.get_by_label("Label").press("?")
    expect(page.locator("#keys")).to_be_hidden()
    page.locator("main").press("?")
    expect(page.locator("#keys")).to_contain_text("Go to a page, a model, a comparison or an action")


def test_on_a_phone_the_sidebar_is_a_drawer(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    expect(page.locator("#sidebar")).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    expect(page.locator(".switcher")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Menu")).to_be_focused()


def test_a_key_is_copied_and_revoked_after_a_question(page: Page) -> None:
    page.get_by_label("Label").fill("journey")
    page.get_by_role("button", name="Make key").click()
    expect(page.get_by_label("The new key")).to_be_visible()
    page.wait_for_load_state()
    page.get_by_role("button", name="Copy").click()
    expect(page.locator("#announcer")).to_have_text("Copied")
    secret = page.get_by_label("The new key").input_value()
    assert page.evaluate("navigator.clipboard.readText()") == secret
    row = page.get_by_role("row", name="journey")
    row.get_by_role("button", name="Revoke").click()
    page.get_by_role("button", name="Cancel").click()
    expect(row).to_contain_text("Active")
    row.get_by_role("button", name="Revoke").click()
    page.locator("#confirm").get_by_role("button", name="Revoke").click()
    expect(page.get_by_role("row", name="journey")).to_contain_text("Revoked")


def test_a_project_is_made_and_switched_to(page: Page) -> None:
    page.goto("/settings/projects/new")
    page.get_by_label("Name").fill("journey")
    page.get_by_role("button", name="Make project").click()
    expect(page.locator(".switcher-project")).to_have_text("local/journey")
    page.locator(".switcher").click()
    page.locator("#switcher").get_by_role("button", name="local/playground").click()
    expect(page.locator(".switcher-project")).to_have_text("local/playground")
