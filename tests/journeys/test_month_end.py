"""A month passes: what was used in it becomes an invoice, whose lines are the usage pages' sums and its own sheet's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from openai import OpenAI
from playwright.sync_api import Browser, Page, expect

from billing.usage.periods import Grain
from common.money import CENT
from tests.billing.usage import seen
from tests.billing.without_credits import WITHOUT_CREDITS
from tests.clocks import ahead
from tests.conftest import Serve
from tests.journeys.axe import faults, overflow
from tests.journeys.test_usage import amounts
from tests.model_ids import R1, V3
from tests.serving import Served
from tests.simulator.serving import Simulator

LONG = {"simulate": {"length": 4000}}
FACTS = "SELECT model, count(*), sum(cost) FROM billing_usagerecord GROUP BY model ORDER BY model"


@pytest.fixture
def lineup(serve: Serve) -> Served:
    return serve(RUN_CHORES="0")


@pytest.fixture
def month(lineup: Served, simulator: Simulator) -> datetime:
    """In which something was used beyond all credits; it ended two hours ago, by Lineup's clock."""
    lineup.manage("set_plan", "Local", "pro")
    lineup.manage("shell", "-c", WITHOUT_CREDITS)
    client = OpenAI(api_key=lineup.key(), base_url=f"{lineup.url}/v1", max_retries=0)
    for model in (R1, R1, V3):
        client.chat.completions.create(
            model=model, messages=[{"role": "user", "content": "Hello"}], max_tokens=4000, extra_body=LONG
        )
    now = datetime.now(UTC)
    lineup.stop()
    lineup.environment |= ahead(Grain.MONTH.after(Grain.MONTH.floor(now)) + timedelta(hours=2) - now)
    lineup.start()
    for _ in range(2):
        lineup.manage("run_chores", "invoices")
    return now


@pytest.fixture
def admin(browser: Browser, lineup: Served, month: datetime) -> Iterator[Page]:
    context = browser.new_context(base_url=lineup.url, accept_downloads=True)
    page = context.new_page()
    page.goto(lineup.sign_in_link())
    yield page
    context.close()


def test_the_invoice_of_a_month_is_the_sum_of_its_usage(
    lineup: Served, month: datetime, admin: Page, tmp_path: Path
) -> None:
    used = {model: cost for model, _, cost in lineup.store.query(FACTS)}
    admin.goto("/billing")
    admin.get_by_role("link", name="Invoices", exact=True).click()
    admin.locator('[data-invoice^="20"] a').first.click()
    lines = admin.locator(".invoice-lines tbody tr")
    for model, cost in used.items():
        expect(lines.filter(has_text=model).locator("[data-amount]")).to_have_attribute("data-amount", str(cost))
    total = sum(used.values())
    outstanding = admin.locator("[data-outstanding]").get_attribute("data-outstanding")
    assert int(outstanding or 0) == total - total % CENT
    with admin.expect_download() as download:
        admin.get_by_role("link", name="CSV").click()
    download.value.save_as(tmp_path / "invoice.csv")
    sheet = seen.sheet((tmp_path / "invoice.csv").read_text())
    assert {line["model"]: seen.pico(line["exact_usd"]) for line in sheet if line["model"]} == used
    with admin.expect_download() as download:
        admin.get_by_role("link", name="PDF").click()
    download.value.save_as(tmp_path / "invoice.pdf")
    assert (tmp_path / "invoice.pdf").read_bytes().startswith(b"%PDF")
    last = Grain.MONTH.after(Grain.MONTH.floor(month)) - timedelta(days=1)
    admin.goto(f"/billing/usage?range=custom&since={month:%Y-%m}-01&until={last:%Y-%m-%d}")
    assert amounts(admin.locator("[data-total]"))[-1] == total


def test_the_operator_records_the_payment(admin: Page) -> None:
    admin.goto("/billing/invoices")
    expect(admin.locator('[data-invoice^="20"]')).to_contain_text("To be paid")
    admin.locator('[data-invoice^="20"] a').first.click()
    expect(admin.locator("[data-invoice-page]")).to_be_visible()
    for scheme, width in (("light", 1440), ("dark", 320)):
        admin.emulate_media(color_scheme="light" if scheme == "light" else "dark", reduced_motion="reduce")
        admin.set_viewport_size({"width": width, "height": 900})
        assert (faults(admin), overflow(admin)) == ([], 0), scheme
    admin.get_by_role("button", name="Record payment").click()
    expect(admin.locator("[data-outstanding]")).to_have_attribute("data-outstanding", "0")
    expect(admin.locator("[data-invoice-page]")).to_contain_text("Paid")
