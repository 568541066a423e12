"""Somebody logs with Weave's client, opens the link that it prints, looks around, says something, and asks again."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.conftest import Serve
from tests.journeys.axe import faults, overflow
from tests.journeys.board import Board
from tests.model_ids import LLAMA
from tests.serving import Served
from tests.tracing.conftest import run_python

PROGRAM = f"""
import sys, weave
client = weave.init("local/playground")

@weave.op
def retrieve(question, k):
    return [f"passage {{number}} about {{question}}" for number in range(k)]

@weave.op
def chat(model, messages, temperature, max_tokens):
    message = {{"role": "assistant", "content": "Because **of** <b>rivers</b>."}}
    return {{"choices": [{{"index": 0, "message": message, "finish_reason": "stop"}}]}}

@weave.op
def answer(question, k=2):
    retrieve(question, k)
    if "fail" in question:
        raise ValueError("no <script>idea</script>")
    messages = [{{"role": "system", "content": "Be brief."}}, {{"role": "user", "content": question}}]
    return chat("{LLAMA}", messages, 0, 20)["choices"][0]["message"]["content"]

for question in sys.argv[1:]:
    try:
        answer(question)
    except ValueError:
        pass
client.flush()
"""
QUESTIONS = ("Why do rivers bend?", "What is rain?", "Why does it fail?")


@pytest.fixture
def lineup(serve: Serve) -> Served:
    return serve()


@pytest.fixture
def window(browser: Browser, lineup: Served) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=lineup.url, accept_downloads=True)
    context.new_page().goto(lineup.sign_in_link())
    yield context
    context.close()


@pytest.fixture
def page(window: BrowserContext) -> Page:
    return window.new_page()


def log(lineup: Served, home: Path, *questions: str) -> list[str]:
    """The links that the client printed."""
    program = home / "program.py"
    program.write_text(PROGRAM)
    done: subprocess.CompletedProcess[str] = run_python(lineup, lineup.key(), home, str(program), *questions)
    assert done.returncode == 0, done.stderr
    return re.findall(r"http://\S+/r/call/[\w-]+", re.sub(r"\x1b\[[0-9;]*m", "", done.stderr + done.stdout))


def test_from_the_printed_link_through_the_tree_to_the_playground(lineup: Served, page: Page, tmp_path: Path) -> None:
    link, *_ = log(lineup, tmp_path, QUESTIONS[0])
    page.goto(link)
    calls = page.locator("[data-call-link]")
    expect(calls).to_have_count(3)
    expect(page.locator("#call-title")).to_have_text("answer")
    calls.first.focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#call-title")).to_have_text("retrieve")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#call-title")).to_have_text("chat")
    expect(page).to_have_url(re.compile("/weave/calls/"))
    expect(page.locator('[data-call-link][aria-current="true"]')).to_contain_text("chat")
    page.locator(".call-part", has_text="Code").click()
    expect(page.locator(".call-part-body pre")).to_contain_text("def chat(model, messages")

    page.get_by_role("button", name="👍").click()
    expect(page.get_by_role("button", name="👍 1")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("textbox", name="Add a note").fill("Look at this <b>one</b>")
    page.get_by_role("button", name="Add note").click()
    expect(page.locator(".feedback-text")).to_have_text("Look at this <b>one</b>")

    page.get_by_role("button", name="Open in Playground").click()
    board = Board(page)
    board.is_connected()
    expect(board.answer("A")).to_contain_text("Because of")
    page.get_by_role("button", name=re.compile("^Settings")).first.click()
    expect(page.get_by_role("textbox", name="Temperature", exact=True)).to_have_value("0.0")
    page.keyboard.press("Escape")
    board.act(board.lane("A").locator("[data-message]").last, "Retry")
    board.is_("A", "done")
    expect(board.answer("A")).not_to_contain_text("Because of")


def test_the_table_is_filtered_and_sorted_in_its_place(lineup: Served, page: Page, tmp_path: Path) -> None:
    log(lineup, tmp_path, *QUESTIONS)
    page.goto("/local/playground/weave")
    rows = page.locator("tr[data-call]")
    expect(rows).to_have_count(3)
    page.evaluate("window.isSame = true")
    page.get_by_role("searchbox").fill("bend")
    expect(rows).to_have_count(1)
    page.get_by_role("searchbox").fill("")
    expect(rows).to_have_count(3)
    page.get_by_label("Status", exact=True).select_option("error")
    expect(rows).to_have_count(1)
    page.get_by_label("Status", exact=True).select_option("")
    page.get_by_text("More filters").click()
    page.get_by_role("button", name="Add a condition").click()
    condition = page.get_by_role("group", name="Condition")
    condition.get_by_label("Field").fill("inputs.question")
    condition.get_by_label("Value", exact=True).fill("why")
    condition.get_by_label("Value", exact=True).press("Enter")
    expect(rows).to_have_count(2)
    assert page.evaluate("window.isSame")
    page.get_by_role("link", name="Latency").click()
    expect(page.locator('[aria-sort="descending"]')).to_have_text("Latency")
    expect(rows).to_have_count(2)


def test_a_view_is_kept_drawn_and_taken_away_as_a_file(lineup: Served, page: Page, tmp_path: Path) -> None:
    log(lineup, tmp_path, *QUESTIONS)
    page.goto("/local/playground/weave/traces?field=inputs.question&is=contains&value=why&sort=latency")
    rows = page.locator("tr[data-call]")
    expect(rows).to_have_count(2)
    page.get_by_role("button", name="Views").click()
    page.get_by_label("Name of a new view").fill("Questions of why")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#messages")).to_contain_text("is saved for everybody")
    page.goto("/local/playground/weave/traces")
    expect(rows).to_have_count(3)
    page.get_by_role("button", name="Views").click()
    page.get_by_role("link", name="Questions of why").click()
    expect(rows).to_have_count(2)

    page.get_by_text("Charts", exact=True).click()
    expect(page.locator("[data-chart]")).to_have_count(4)
    page.get_by_text("Export").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV with these columns").click()
    download.value.save_as(tmp_path / "traces.csv")
    assert len((tmp_path / "traces.csv").read_text().splitlines()) == 3


def test_what_comes_while_somebody_looks_appears_by_itself(lineup: Served, page: Page, tmp_path: Path) -> None:
    page.goto("/local/playground/weave/traces")
    expect(page.get_by_text("pip install weave")).to_be_visible()
    page.evaluate("window.isSame = true")
    log(lineup, tmp_path, QUESTIONS[0])
    expect(page.locator("tr[data-call]")).to_have_count(1)
    log(lineup, tmp_path, QUESTIONS[1])
    expect(page.locator("tr[data-call]")).to_have_count(2)
    assert page.evaluate("window.isSame")


def test_every_page_is_for_everybody_in_both_themes_and_on_a_phone(
    lineup: Served, window: BrowserContext, page: Page, tmp_path: Path
) -> None:
    link, *_ = log(lineup, tmp_path, *QUESTIONS)
    addresses = [link, *(f"/local/playground/weave/{name}" for name in ("traces", "objects", "ops", "datasets"))]
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    schemes: tuple[Any, ...] = ("light", "dark")
    for scheme in schemes:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for width in (390, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            for address in addresses:
                page.goto(address)
                assert (overflow(page), faults(page)) == (0, []), (address, scheme, width)
    assert complaints == []
