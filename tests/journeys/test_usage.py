"""An admin sees a call of a moment ago in chart, table and sheet, with equal sums, and opens it from its bar."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from openai import OpenAI
from playwright.sync_api import Locator, Page, expect

from tests.billing.usage import seen
from tests.conftest import Serve
from tests.faults.books import RUNNING, until
from tests.journeys.axe import faults, overflow
from tests.model_ids import LLAMA
from tests.serving import Served

USED = "[data-total]"


@pytest.fixture
def lineup(serve: Serve) -> Served:
    return serve()


def call(lineup: Served, times: int = 1, **more: Any) -> None:
    client = OpenAI(api_key=lineup.key(), base_url=f"{lineup.url}/v1", max_retries=0)
    for _ in range(times):
        client.chat.completions.create(
            model=LLAMA, messages=[{"role": "user", "content": "Hello"}], max_tokens=20, **more
        )
    until(lineup, RUNNING, 0)


def amounts(of: Locator) -> list[int]:
    return [int(each.get_attribute("data-amount") or 0) for each in of.locator("[data-amount]").all()]


def test_a_call_of_a_moment_ago_is_in_chart_table_and_sheet(lineup: Served, admin: Page, tmp_path: Path) -> None:
    call(lineup, times=2)
    admin.goto("/inference")
    admin.get_by_role("link", name="Billing").click()
    admin.get_by_role("navigation", name="Billing").get_by_role("link", name="Usage").click()
    expect(admin.locator("tbody tr[data-value]")).to_have_attribute("data-value", LLAMA)
    requests, _, _, _, _, cost = amounts(admin.locator(USED))
    assert requests == 2
    ((spent,),) = lineup.store.query("SELECT sum(cost) FROM billing_usagerecord")
    assert cost == sum(amounts(admin.locator(".chart-bars"))) == spent > 0
    with admin.expect_download() as download:
        admin.get_by_role("link", name="CSV of this view").click()
    download.value.save_as(tmp_path / "view.csv")
    lines = seen.sheet((tmp_path / "view.csv").read_text())
    assert sum(seen.pico(line["cost_usd"]) for line in lines) == cost
    with admin.expect_download() as download:
        admin.get_by_role("link", name="CSV of every request").click()
    download.value.save_as(tmp_path / "requests.csv")
    assert len(seen.sheet((tmp_path / "requests.csv").read_text())) == 2


def test_choices_change_the_page_and_its_address_without_loading_it_again(lineup: Served, admin: Page) -> None:
    call(lineup)
    admin.goto("/billing/usage")
    admin.evaluate("window.isSame = true")
    admin.get_by_label("Split by").select_option("user")
    expect(admin.locator("tbody tr[data-value] th")).to_have_text(re.compile("admin"))
    admin.get_by_text("7 days", exact=True).click()
    expect(admin.locator("[data-bar]")).to_have_count(7)
    assert admin.get_by_label("Split by").evaluate("element => element.value") == "user"
    admin.get_by_role("link", name="Requests", exact=True).click()
    expect(admin.locator('[aria-sort="descending"]')).to_have_text("Requests")
    expect(admin).to_have_url(re.compile(r"/billing/usage\?range=7d&split=user&measure=cost&sort=requests$"))
    assert admin.evaluate("window.isSame")
    admin.reload()
    expect(admin.locator("[data-bar]")).to_have_count(7)
    expect(admin.locator('[aria-sort="descending"]')).to_have_text("Requests")


def test_days_the_wrong_way_round_are_told_so_and_kept(admin: Page) -> None:
    admin.goto("/billing/usage")
    admin.get_by_text("Custom", exact=True).click()
    admin.get_by_label("From").fill("2026-03-09")
    admin.get_by_label("To", exact=True).fill("2026-03-02")
    admin.get_by_role("button", name="Show").click()
    expect(admin.get_by_text("The end lies before the beginning.")).to_be_visible()
    expect(admin.get_by_label("From")).to_have_value("2026-03-09")
    admin.get_by_label("To", exact=True).fill("2026-03-12")
    admin.get_by_role("button", name="Show").click()
    expect(admin.locator("[data-bar]")).to_have_count(4)


def test_the_keyboard_goes_from_bar_to_bar_and_to_the_requests(lineup: Served, admin: Page) -> None:
    call(lineup)
    admin.goto("/billing/usage?range=7d")
    admin.locator("[data-bar]").last.focus()
    tip = admin.locator("[data-tip]")
    expect(tip).to_contain_text("Llama 3.1 8B")
    admin.keyboard.press("ArrowLeft")
    expect(tip).not_to_contain_text("Llama 3.1 8B")
    admin.keyboard.press("Home")
    expect(admin.locator("[data-bar]").first).to_be_focused()
    assert admin.locator('[data-bar][tabindex="0"]').count() == 1
    admin.keyboard.press("End")
    admin.keyboard.press("Enter")
    expect(admin.get_by_role("heading", name="Requests")).to_be_visible()
    expect(admin.locator("[data-request]")).to_have_count(1)
    expect(admin.locator("[data-request]")).to_contain_text(LLAMA)


ADDRESSES = [
    "/billing/usage",
    "/billing/usage?range=7d&by=hour&split=key",
    "/billing/usage?range=custom&since=2026-03-09&until=2026-03-02&split=moon",
    "/settings/usage",
]


def test_they_are_accessible_in_both_themes_and_fit_a_phone(lineup: Served, admin: Page) -> None:
    call(lineup)
    admin.goto("/billing/usage")
    day = admin.locator("[data-bar]").last.get_attribute("href") or ""
    for address in [*ADDRESSES, day]:
        for theme, width in (("light", 1280), ("dark", 320)):
            admin.emulate_media(color_scheme="light" if theme == "light" else "dark", reduced_motion="reduce")
            admin.set_viewport_size({"width": width, "height": 800})
            admin.goto(address)
            for summary in admin.locator("summary").all():
                summary.click()
            assert (faults(admin), overflow(admin)) == ([], 0), (address, theme)
