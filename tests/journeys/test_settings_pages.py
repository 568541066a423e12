"""Sign-in and settings pages are accessible in both themes, and fit a window of 320 pixels."""

import pytest
from playwright.sync_api import Page

from tests.journeys.axe import faults, overflow

OUTSIDE = ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/invitations/made-up"]
INSIDE = [
    "/settings",
    "/settings/api-keys",
    "/settings/organization",
    "/settings/invitations",
    "/settings/teams",
    "/settings/projects",
    "/settings/projects/new",
    "/accounts/email/",
    "/nobody/nothing",
]
in_both_themes = pytest.mark.parametrize("theme", ["light", "dark"])


def check(page: Page, address: str, theme: str) -> None:
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    page.goto(address, wait_until="networkidle")
    assert faults(page) == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert overflow(page) == 0
    assert faults(page) == []


@in_both_themes
@pytest.mark.parametrize("address", OUTSIDE)
def test_pages_for_visitors(page: Page, address: str, theme: str) -> None:
    check(page, address, theme)


@in_both_themes
@pytest.mark.parametrize("address", INSIDE)
def test_pages_for_people_signed_in(signed_in_page: Page, address: str, theme: str) -> None:
    check(signed_in_page, address, theme)


@in_both_themes
def test_the_palette_with_results(signed_in_page: Page, theme: str) -> None:
    signed_in_page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    signed_in_page.goto("/settings", wait_until="networkidle")
    signed_in_page.keyboard.press("Control+k")
    signed_in_page.locator("[data-active]").wait_for()
    assert faults(signed_in_page) == []
