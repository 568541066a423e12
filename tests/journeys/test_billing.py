"""An admin watches credits go, runs out, upgrades and asks again; sets limits and alerts by keyboard."""

from __future__ import annotations

import re

import pytest
from openai import OpenAI, RateLimitError
from playwright.sync_api import Page, expect

from billing import banner
from tests.billing.without_credits import WITHOUT_CREDITS
from tests.conftest import Serve
from tests.faults.books import RUNNING, until
from tests.journeys.axe import faults, overflow
from tests.model_ids import LLAMA
from tests.serving import Served


@pytest.fixture
def lineup(serve: Serve) -> Served:
    return serve()


def call(lineup: Served) -> None:
    client = OpenAI(api_key=lineup.key(), base_url=f"{lineup.url}/v1", max_retries=0)
    client.chat.completions.create(model=LLAMA, messages=[{"role": "user", "content": "Hello"}], max_tokens=20)
    until(lineup, RUNNING, 0)


def number(page: Page, name: str) -> int:
    return int(page.locator(f"[data-{name}]").get_attribute(f"data-{name}") or 0)


def test_a_call_of_a_moment_ago_is_in_card_chart_and_table(lineup: Served, admin: Page) -> None:
    admin.goto("/billing")
    before = number(admin, "balance")
    assert number(admin, "used") == 0
    call(lineup)
    expect(admin.locator("[data-used]")).not_to_have_attribute("data-used", "0")
    used = number(admin, "used")
    assert number(admin, "balance") == before - used
    admin.get_by_role("link", name="View usage").click()
    expect(admin.locator("[data-total]")).to_be_visible()
    admin.wait_for_load_state()
    bars = admin.locator(".chart-bars [data-amount]").all()
    assert sum(int(bar.get_attribute("data-amount") or 0) for bar in bars) == used
    assert admin.locator("[data-total] [data-amount]").last.get_attribute("data-amount") == str(used)


def test_free_runs_out_upgrades_and_asks_again(lineup: Served, admin: Page) -> None:
    lineup.manage("shell", "-c", WITHOUT_CREDITS)
    with pytest.raises(RateLimitError, match=r"can upgrade its plan at http://.*/billing/plans"):
        call(lineup)
    admin.goto(f"/playground?models={LLAMA}")
    # The page of a moment ago had no banner, and what was read for that is remembered for a while.
    admin.wait_for_timeout(banner.MEMORY * 1000)
    admin.reload()
    expect(admin.locator("[data-banner]")).to_contain_text("Out of Inference credits.")
    admin.get_by_role("textbox", name="Message to all lanes").fill("Hello")
    admin.get_by_role("button", name="Send", exact=True).click()
    failed = admin.locator('[data-error="insufficient_quota"]')
    expect(failed).to_contain_text("the credits leave too little for this request")
    address = admin.url
    failed.get_by_role("link", name="Plans and credits").click()
    upgrade = admin.get_by_role("button", name="Change to Pro")
    expect(upgrade).to_be_visible()
    admin.wait_for_load_state()
    upgrade.click()
    expect(admin.locator("#confirm-detail")).to_contain_text("usage goes on and is billed monthly")
    admin.locator("[data-confirm-verb]").click()
    expect(admin.get_by_role("heading", name="Pro plan")).to_be_visible()
    expect(admin.locator("[data-banner]")).to_have_count(0)
    admin.goto(address)
    admin.get_by_role("button", name="Retry").first.click()
    expect(admin.locator("[data-metrics]")).to_contain_text("tok")


def test_limits_and_alerts_are_set_by_keyboard(admin: Page) -> None:
    admin.goto("/billing/limits")
    admin.get_by_label("Limit of").focus()
    admin.keyboard.press("Tab")
    admin.keyboard.press("Tab")
    admin.keyboard.type("-5")
    admin.keyboard.press("Enter")
    expect(admin.get_by_text("This may not be negative.")).to_be_visible()
    admin.get_by_label("At most, USD", exact=True).focus()
    admin.keyboard.press("ControlOrMeta+a")
    admin.keyboard.type("2.50")
    admin.keyboard.press("Enter")
    expect(admin.locator("[data-limit]")).to_contain_text("$2.50 left")
    admin.get_by_label("Threshold").focus()
    admin.keyboard.type("50")
    admin.keyboard.press("Enter")
    expect(admin.locator('[data-alert="credits-50"]')).to_contain_text("On")
    admin.get_by_role("button", name="Switch off the alert at 50 %").focus()
    admin.keyboard.press("Enter")
    expect(admin.locator('[data-alert="credits-50"]')).to_contain_text("Off")
    admin.get_by_role("button", name=re.compile("Remove the limit of")).focus()
    admin.keyboard.press("Enter")
    admin.keyboard.press("Tab")
    admin.keyboard.press("Enter")
    expect(admin.locator("[data-limit]")).to_have_count(0)


ADDRESSES = ("/billing", "/billing/plans", "/billing/limits", "/billing/ledger", "/billing/audit")


def test_they_are_accessible_in_both_themes_and_fit_a_phone(lineup: Served, admin: Page) -> None:
    call(lineup)
    admin.goto("/billing/limits")
    admin.get_by_label("At most, USD", exact=True).fill("5")
    admin.get_by_role("button", name="Set limit").click()
    expect(admin.locator("[data-limit]")).to_be_visible()
    lineup.manage("shell", "-c", WITHOUT_CREDITS)
    now = admin.evaluate("new Date(Date.now() - 1000).toISOString().slice(0, 19)")
    for address in (*ADDRESSES, f"/billing/ledger?at={now}", "/billing/ledger?kind=gold"):
        for theme, width in (("light", 1440), ("dark", 320)):
            admin.emulate_media(color_scheme="light" if theme == "light" else "dark", reduced_motion="reduce")
            admin.set_viewport_size({"width": width, "height": 800})
            admin.goto(address)
            assert (faults(admin), overflow(admin)) == ([], 0), (address, theme)
