"""The opening journey once more, against an OpenAI-compatible server that is not ours: llama.cpp's."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from scripts.children import Child, free_port
from tests.conftest import Serve
from tests.serving import Served
from tests.upstreams.llama_cpp import WORDS


@pytest.fixture
def llama_cpp(tmp_path: Path) -> Iterator[str]:
    port = free_port()
    command = [sys.executable, "-m", "tests.upstreams.llama_cpp", "--port", str(port)]
    child = Child("llama.cpp", command, port=port, log=tmp_path / "llama.log")
    child.start()
    yield f"http://127.0.0.1:{port}/v1"
    child.stop()


@pytest.fixture
def lineup(serve: Serve, llama_cpp: str) -> Served:
    served = serve(UPSTREAM_BASE_URL=llama_cpp)
    served.manage("sync_catalog")
    return served


@pytest.fixture
def page(browser: Browser, lineup: Served) -> Iterator[Page]:
    context = browser.new_context(base_url=lineup.url)
    page = context.new_page()
    page.goto(lineup.sign_in_link())
    yield page
    context.close()


def choose_three(page: Page) -> None:
    page.goto("/inference")
    cards = page.locator("[data-model]")
    for index in range(3):
        cards.nth(index).click(position={"x": 20, "y": 20})
    page.get_by_text("Compare 3 models in the Playground").first.click()


def test_three_models_answer_side_by_side_from_llama_cpp(page: Page, lineup: Served) -> None:
    choose_three(page)
    expect(page.locator("[data-lane]")).to_have_count(3)
    page.locator("[data-composer]").fill("What do you see?")
    page.locator("[data-send]").click()
    for letter in "ABC":
        expect(page.locator(f'[data-lane="{letter}"]')).to_have_attribute("data-state", "done")
        text = page.locator(f'[data-lane="{letter}"] [data-answer="latest"]').inner_text()
        assert set(text.split()) <= set(WORDS), text
    assert lineup.store.query("SELECT count(*) FROM billing_usagerecord WHERE certainty = 'reported'") == [(3,)]


def test_an_answer_of_llama_cpp_is_not_called_simulated(page: Page) -> None:
    choose_three(page)
    page.locator("[data-composer]").fill("Hello")
    page.locator("[data-send]").click()
    expect(page.locator("[data-send]")).to_have_attribute("data-state", "idle")
    expect(page.locator("[data-comparison]").get_by_text("Simulated").filter(visible=True)).to_have_count(0)
