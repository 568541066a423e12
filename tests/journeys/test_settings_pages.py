"""Sign-in and settings pages are accessible in both themes, and fit a window of 320 pixels."""

import pytest
from playwright.sync_api import Page

from tests.journeys.axe import faults, overflow

OUTSIDE = ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/invitations/made-up"]
INSIDE = [
    "/settings",
    "/settings/api-keys",
    "/settings/api",
    "/docs/api",
    "/settings/organization",
    "/settings/invitations",
    "/settings/teams",
    "/settings/projects",
    "/settings/providers",
    "/settings/projects/new",
    "/accounts/email/",
    "/nobody/nothing",
]


def check(page: Page, address: str) -> None:
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.goto(address)
    assert faults(page) == []
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.set_viewport_size({"width": 320, "height": 640})
    assert overflow(page) == 0
    assert faults(page) == []


@pytest.mark.parametrize("address", OUTSIDE)
def test_pages_for_visitors(page: Page, address: str) -> None:
    check(page, address)


@pytest.mark.parametrize("address", INSIDE)
def test_pages_for_people_signed_in(signed_in_page: Page, address: str) -> None:
    check(signed_in_page, address)


def test_the_palette_with_results(signed_in_page: Page) -> None:
    signed_in_page.goto("/settings")
    signed_in_page.locator(".sidebar [data-palette-open]").click()
    signed_in_page.locator("[data-active]").wait_for()
    for theme in ("light", "dark"):
        signed_in_page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        assert faults(signed_in_page) == []
