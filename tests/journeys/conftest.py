"""What a journey travels in: a real Chromium in front of a served Lineup with the simulator behind it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, expect, sync_playwright

from tests.journeys.console import listened
from tests.journeys.waiting import SOON
from tests.serving import Served, Store
from tests.simulator.serving import Simulator

CHROMIUM = os.environ.get("CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HERE = Path(__file__).parent

expect.set_options(timeout=SOON)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Journeys come last: Playwright leaves an event loop running, in which Django's ORM refuses to work."""
    journeys = [item for item in items if HERE in item.path.parents]
    for item in journeys:
        item.add_marker(pytest.mark.journey)
    items[:] = [item for item in items if item not in journeys] + journeys


@pytest.fixture(scope="session")
def served(bootstrapped: Store, simulator_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One Lineup for all journeys; use `serve` instead where yours needs settings or data of its own."""
    store = Store(tmp_path_factory.mktemp("served"), copy_of=bootstrapped)
    served = Served(store, simulator_url)
    served.start()
    yield served
    served.stop()
    store.drop()


@pytest.fixture(scope="session", autouse=True)
def _without_waiting(_simulator: Simulator) -> None:
    """Journeys that ask for no simulator find its models as those leave them that do, whichever comes first."""
    _simulator.reset()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM:
        pytest.skip("there is no Chromium here")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def admin_state(browser: Browser, served: Served) -> StorageState:
    """The cookies of somebody who opened the sign-in link."""
    context = browser.new_context()
    context.new_page().goto(served.sign_in_link())
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def context(browser: Browser, served: Served) -> Iterator[BrowserContext]:
    """A browser window that nobody is signed in to; addresses are relative to the served Lineup."""
    context = browser.new_context(base_url=served.url)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture
def signed_in_context(browser: Browser, served: Served, admin_state: StorageState) -> Iterator[BrowserContext]:
    """A window of the local admin's, for journeys with several tabs."""
    context = browser.new_context(base_url=served.url, storage_state=admin_state)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    yield context
    context.close()


@pytest.fixture
def signed_in_page(signed_in_context: BrowserContext) -> Page:
    return signed_in_context.new_page()


@pytest.fixture
def complaints(signed_in_page: Page) -> Iterator[list[str]]:
    """What the browser's console was told; it should be nothing."""
    told = listened(signed_in_page)
    yield told
    assert told == []


@pytest.fixture
def admin(browser: Browser, lineup: Served) -> Iterator[Page]:
    """The local admin at the Lineup of a journey's own: whose journeys need one have a fixture `lineup`."""
    context = browser.new_context(base_url=lineup.url, accept_downloads=True)
    page = context.new_page()
    page.goto(lineup.sign_in_link())
    yield page
    context.close()
