"""The guide's example is run, its models are compared, one leads, and a row of it is asked again in the Playground."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE, Popen

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

from tests.conftest import Serve
from tests.journeys.axe import faults, overflow
from tests.journeys.board import Board
from tests.journeys.waiting import SOON
from tests.serving import Served
from tests.tracing.conftest import environment_of, run_python
from tests.tracing.test_examples import PROJECT, example

WEAVE = f"/{PROJECT}/weave"


@pytest.fixture(scope="module")
def evaluated(served: Served, tmp_path_factory: pytest.TempPathFactory) -> Served:
    """With the two evaluations of the example and its leaderboard."""
    home, key = tmp_path_factory.mktemp("home"), served.key()
    begun = run_python(served, key, home, "-c", f"import weave; weave.init({PROJECT!r})")
    assert begun.returncode == 0, begun.stderr
    done = run_python(served, key, home, str(example("compare_two_models", served, key, home)))
    assert done.returncode == 0, done.stderr
    return served


def test_from_the_example_to_the_leader_and_to_a_single_trace(evaluated: Served, signed_in_page: Page) -> None:
    page = signed_in_page
    page.goto(WEAVE)
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Evals").click()
    rows = page.locator("[data-evaluation]")
    expect(rows).to_have_count(2)
    compare = page.locator("[data-pick-go]")
    expect(compare).to_be_disabled()
    for box in page.locator("[data-pick]").all():
        box.check()
    expect(compare).to_have_text("Compare 2")
    compare.click()
    expect(page.locator("[data-compared]")).to_have_count(2)
    page.wait_for_load_state()
    figures = page.locator('[data-metric="exact_match.mean"] td')
    values = [float(text.split()[0]) for text in figures.all_inner_texts()]
    page.get_by_role("link", name="Dataset results").click()
    expect(page.locator("[data-example]")).to_have_count(2)
    expect(page.locator("[data-example]").first).to_contain_text("What is 2 + 2?")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Leaders").click()
    page.get_by_role("link", name="Inference Leaderboard").click()
    cells = page.locator("[data-model-ref] td")
    expect(cells).to_have_count(2)
    best = [cell for cell in cells.all() if cell.get_attribute("data-leader") is not None]
    assert [float(cell.inner_text().split()[0]) for cell in best] == [max(values)] * values.count(max(values))
    best[0].get_by_role("link").click()
    expect(page.locator("[data-row]")).to_have_count(2)
    page.locator("[data-row]").first.get_by_role("link", name="Trace").click()
    expect(page.locator("#call-title")).to_have_text("Evaluation.predict_and_score")
    ask_again(page)


def ask_again(page: Page) -> None:
    """From a row's trace to the completion below it, and from there to the Playground."""
    page.get_by_label("Find a call by name").fill("openai")
    page.locator("[data-call-link]", has_text="openai.chat.completions.create").first.click()
    expect(page.locator("#call-title")).to_have_text("openai.chat.completions.create")
    page.get_by_role("button", name="Open in Playground").click()
    board = Board(page)
    board.is_connected()
    expect(board.lane("A")).to_be_visible()
    board.ask("Say it again.")
    board.are_done("A")
    expect(board.answer("A")).not_to_be_empty()


def test_a_leaderboard_is_written_with_the_keyboard(evaluated: Served, signed_in_page: Page) -> None:
    page = signed_in_page
    page.goto(f"{WEAVE}/new-leaderboard")
    page.get_by_label("Name").fill("By hand")
    columns = page.locator("[data-column]")
    expect(columns).to_have_count(1)
    columns.nth(0).get_by_label("Metric").select_option(label="QA:v0 · exact_match.mean")
    columns.nth(0).get_by_role("button", name="Duplicate this column").press("Enter")
    expect(columns).to_have_count(2)
    columns.nth(1).get_by_label("Metric").select_option(label="QA:v0 · model_latency.mean")
    expect(columns.nth(1).get_by_label("Which way is better")).to_have_value("lower")
    columns.nth(1).get_by_role("button", name="Move this column before").press("Enter")
    expect(columns.nth(0).get_by_label("Which way is better")).to_have_value("lower")
    page.get_by_role("button", name="Add column").press("Enter")
    columns.nth(2).get_by_role("button", name="Delete this column").press("Enter")
    expect(columns).to_have_count(2)
    page.get_by_role("button", name="Publish").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("By hand")
    page.wait_for_load_state()
    heads = page.locator(".leaderboard-table thead th")
    assert [re.sub(r"\s+", " ", text) for text in heads.all_inner_texts()] == [
        "Model",
        "QA:v0 model_latency.mean lower is better",
        "QA:v0 exact_match.mean higher is better",
    ]
    page.get_by_role("button", name="Delete").click()
    page.locator("[data-confirm-verb]").click()
    expect(page.get_by_text("The leaderboard By hand is deleted")).to_be_visible()


def test_a_choice_outlives_filters(evaluated: Served, signed_in_page: Page) -> None:
    page = signed_in_page
    page.goto(f"{WEAVE}/evaluations")
    page.locator("[data-pick]").first.check()
    page.get_by_label("Name").fill("nothing is called so")
    expect(page.locator("[data-evaluation]")).to_have_count(0)
    page.get_by_label("Name").fill("")
    expect(page.locator("[data-pick]:checked")).to_have_count(1)


EVALUATING = """
import sys, weave
weave.init(sys.argv[1])
logger = weave.EvaluationLogger(name="live one", model="slow", dataset="few")
for number in range(2):
    prediction = logger.log_prediction(inputs={"number": number}, output=number)
    prediction.log_score(scorer="good", score=True)
    prediction.finish()
weave.get_client().flush()
print("two", flush=True)
input()
logger.log_summary({})
weave.get_client().flush()
"""


@pytest.fixture
def own(serve: Serve) -> Served:
    return serve()


@pytest.fixture
def program(own: Served, tmp_path: Path) -> Iterator[Popen[str]]:
    """It has logged two rows, and ends its evaluation when it is told anything."""
    environment = environment_of(own, own.key(), tmp_path)
    command = [sys.executable, "-c", EVALUATING, PROJECT]
    with Popen(command, env=environment, cwd=tmp_path, text=True, stdin=PIPE, stdout=PIPE) as running:
        assert running.stdout
        while running.stdout.readline().strip() != "two":
            assert running.poll() is None
        yield running
        running.kill()


def test_a_running_evaluation_fills_in_by_itself(own: Served, browser: Browser, program: Popen[str]) -> None:
    page = browser.new_context(base_url=own.url).new_page()
    page.goto(own.sign_in_link())
    page.goto(f"{WEAVE}/evaluations")
    run = page.locator("[data-evaluation]")
    expect(run).to_contain_text("Running")
    expect(run).to_contain_text("2 rows")
    page.locator("[data-pick]").check()
    program.communicate("end\n")
    expect(run).to_contain_text("Success", timeout=2 * SOON)
    expect(run).to_contain_text("100%")
    expect(page.locator("[data-pick]:checked")).to_have_count(1)
    expect(page.locator("[data-live]")).to_have_count(0)
    page.context.close()


@pytest.fixture(params=["light", "dark"])
def any_page(
    browser: Browser, evaluated: Served, admin_state: StorageState, request: pytest.FixtureRequest
) -> Iterator[Page]:
    context = browser.new_context(base_url=evaluated.url, storage_state=admin_state, color_scheme=request.param)
    yield context.new_page()
    context.close()


def test_every_page_is_for_everybody(evaluated: Served, any_page: Page) -> None:
    """On a wide screen and on a phone, in both themes."""
    any_page.goto(f"{WEAVE}/evaluations")
    ids = [str(row.get_attribute("data-evaluation")) for row in any_page.locator("[data-evaluation]").all()]
    compare = f"compare-evaluations?ids={ids[0]}&ids={ids[1]}"
    board = "leaderboards/Inference-Leaderboard"
    paths = ["evaluations", f"evaluations/{ids[0]}", compare, f"{compare}&view=results", "leaderboards"]
    for path in [*paths, board, f"{board}/edit", "new-leaderboard"]:
        any_page.set_viewport_size({"width": 1440, "height": 900})
        any_page.goto(f"{WEAVE}/{path}")
        assert (path, faults(any_page)) == (path, [])
        any_page.set_viewport_size({"width": 390, "height": 844})
        assert (path, overflow(any_page), faults(any_page)) == (path, 0, [])
