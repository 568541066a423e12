"""An admin connects a provider, tests it, adds its model, and asks it in the Playground; axe finds nothing."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from inference_catalog.own_forms import MOST_AT_ONCE, MOST_TICKED
from tests.conftest import Serve
from tests.inference_catalog.own.upstreams import listening, lists
from tests.journeys.axe import faults, overflow
from tests.journeys.board import Board
from tests.model_ids import PHI
from tests.serving import Served

KEY = "sk-journey-Zebra"
MODEL = f"local/gpus/{PHI}"


@pytest.fixture
def lineup(serve: Serve) -> Served:
    return serve(OWN_PROVIDERS_MAY_BE_PRIVATE="true")


def is_sound(page: Page) -> None:
    """In both themes, and in a narrow window."""
    for theme, width in (("light", 1440), ("dark", 320)):
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]  # the two there are
        page.set_viewport_size({"width": width, "height": 900})
        assert faults(page) == []
        assert overflow(page) == 0
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1440, "height": 900})


def connect(page: Page, base_url: str) -> None:
    """Without the /v1 at first, which the test button finds."""
    page.goto("/settings/providers")
    is_sound(page)
    page.get_by_label("Name", exact=True).fill("Our GPUs")
    page.get_by_label("Short name").fill("gpus")
    page.get_by_label("Base URL").fill(base_url.removesuffix("/v1"))
    page.get_by_label("API key").fill(KEY)
    page.get_by_label("Extra headers").fill("X-Tenant: seven")
    page.get_by_role("button", name="Add provider").click()

    expect(page.locator("[data-test]")).to_be_visible()
    page.wait_for_load_state()
    page.locator("[data-test]").click()
    expect(page.locator("#diagnosis")).to_contain_text("Add /v1 to the end of the base URL")
    is_sound(page)
    page.get_by_label("Base URL").fill(base_url)
    page.locator("[data-test]").click()
    expect(page.locator("#diagnosis")).to_contain_text("which is not saved yet")
    expect(page.get_by_label("Base URL")).to_have_value(base_url)
    is_sound(page)
    page.get_by_label("Base URL").fill("http://127.0.0.1:1/v1")
    page.locator("[data-test]").click()
    expect(page.locator("#diagnosis")).to_contain_text("Not tested. API key: Another server is given")
    page.get_by_label("Base URL").fill(base_url)
    page.get_by_role("button", name="Save").click()
    page.locator("[data-test]").click()
    expect(page.locator("#diagnosis")).to_contain_text("answers and lists")
    expect(page.locator("#provider-state")).to_have_text("Reachable")


def add_model(page: Page) -> None:
    """Of those that the test has shown."""
    listed = page.get_by_role("list", name="Models listed by the provider")
    page.get_by_label("Filter by ID").fill("phi mini")
    expect(listed.get_by_role("listitem")).to_have_count(1)
    found = page.locator("[data-listed-found]")
    expect(found).to_have_text(re.compile(r"^1 of \d+ models match\.$"))
    page.get_by_label("Filter by ID").fill("phi mini nowhere")
    expect(found).to_have_text("No models match.")
    page.get_by_label("Filter by ID").fill("phi mini")
    listed.get_by_label(PHI).check()
    page.get_by_label("Filter by ID").fill("")
    is_sound(page)
    page.get_by_role("button", name="Add selected").click()
    expect(page.get_by_role("button", name="Add models")).to_be_visible()
    is_sound(page)
    model = page.get_by_role("group", name=PHI)
    model.get_by_label("Context window, tokens").fill("16000")
    model.get_by_label("Input, USD per 1M tokens").fill("0")
    model.get_by_label("Output, USD per 1M tokens").fill("0.5")
    page.get_by_role("button", name="Add models").click()
    expect(page.get_by_role("row", name="Phi-4-mini-instruct")).to_contain_text(MODEL)
    page.wait_for_load_state()
    assert KEY not in page.content()
    is_sound(page)
    page.get_by_role("link", name="Change Phi-4-mini-instruct").click()
    expect(page.get_by_label("Context window, tokens")).to_have_value("16000")
    is_sound(page)


def make(page: Page, base_url: str) -> None:
    page.goto("/settings/providers")
    page.get_by_label("Name", exact=True).fill("Our GPUs")
    page.get_by_label("Short name").fill("gpus")
    page.get_by_label("Base URL").fill(base_url)
    page.get_by_role("button", name="Add provider").click()
    expect(page.locator("[data-test]")).to_be_visible()
    page.wait_for_load_state()


def test_enter_in_a_field_saves_and_a_test_leaves_the_focus_where_it_is(admin: Page, simulator_url: str) -> None:
    make(admin, simulator_url)
    admin.get_by_label("Name", exact=True).nth(-1).fill("Basement")
    admin.get_by_label("Base URL").press("Enter")
    expect(admin.get_by_role("heading", name="Basement", exact=True)).to_be_visible()
    test, verdict = admin.locator("[data-test]"), admin.locator("#diagnosis")
    admin.set_viewport_size({"width": 390, "height": 844})
    for is_by_key in (False, True):
        admin.get_by_label("Base URL").focus()
        verdict.evaluate("place => { place.textContent = ''; }")
        test.press("Enter") if is_by_key else test.click()
        expect(verdict).to_contain_text("answers and lists")
        expect(test).to_be_focused()
        expect(verdict).to_be_in_viewport(ratio=1)


def test_no_more_are_ticked_than_can_be_and_a_refusal_leads_to_what_is_wrong(admin: Page) -> None:
    names = [f"m-{number:03}" for number in range(MOST_TICKED + 2)]
    with listening(lists(*names)) as server:
        make(admin, server.base_url)
        admin.locator("[data-test]").click()
        for name in names[:MOST_TICKED]:
            admin.get_by_label(name).check()
    full = admin.locator("[data-listed-full]")
    expect(full).to_have_text(f"At most {MOST_TICKED} at once.")
    expect(admin.get_by_label(names[-1])).to_be_disabled()
    for name in names[MOST_AT_ONCE + 2 : MOST_TICKED]:
        admin.get_by_label(name).uncheck()
    expect(full).to_be_empty()
    expect(admin.get_by_label(names[-1])).to_be_enabled()
    admin.get_by_role("button", name="Add selected").click()
    model = admin.get_by_role("group", name=names[0])
    model.get_by_label("Context window, tokens").fill("16000")
    model.get_by_label("Input, USD per 1M tokens").fill("0")
    model.get_by_label("Output, USD per 1M tokens").fill("-1")
    admin.locator("form.listed").evaluate("form => { form.noValidate = true; }")
    expect(admin.locator(".notice")).to_contain_text("The other 2 that you ticked come next.")
    admin.get_by_role("button", name="Add models").click()
    expect(admin.locator(".notice[role=alert]")).to_contain_text("Nothing was added")
    expect(model.get_by_label("Output, USD per 1M tokens")).to_be_focused()
    is_sound(admin)


def test_after_back_those_that_were_added_are_marked_and_can_be_left_out(admin: Page) -> None:
    names = ["m-1", "m-2", "m-3"]
    with listening(lists(*names)) as server:
        make(admin, server.base_url)
    admin.goto(f"{admin.url}/models/add?id=m-1&id=m-2")
    for name in names[:2]:
        model = admin.get_by_role("group", name=name)
        for label in ("Context window, tokens", "Input, USD per 1M tokens", "Output, USD per 1M tokens"):
            model.get_by_label(label).fill("8000")
    add = admin.get_by_role("button", name="Add models")
    add.click()
    expect(admin.get_by_text("Added: m-1, m-2.")).to_be_visible()
    admin.goto(f"{admin.url}/models/add?{'&'.join(f'id={name}' for name in names)}")
    for name in names:
        model = admin.get_by_role("group", name=name)
        for label in ("Context window, tokens", "Input, USD per 1M tokens", "Output, USD per 1M tokens"):
            model.get_by_label(label).fill("16000")
    add.click()
    for name in names[:2]:
        model = admin.get_by_role("group", name=name)
        expect(model).to_contain_text(f"There is a model local/gpus/{name} already.")
        inputs = model.locator("input[type=number]").evaluate_all("all => all.map(each => each.offsetTop)")
        assert len(set(inputs)) == 1
    is_sound(admin)
    for name in names[:2]:
        model = admin.get_by_role("group", name=name)
        model.get_by_label("Context window, tokens").fill("")
        model.get_by_label("Add this model").uncheck()
        expect(model.get_by_label("Context window, tokens")).to_be_hidden()
    is_sound(admin)
    add.click()
    expect(admin.get_by_text("Added: m-3.")).to_be_visible()


def test_from_a_base_url_to_an_answer(admin: Page, simulator_url: str) -> None:
    connect(admin, simulator_url)
    add_model(admin)
    board = Board.of(admin)
    board.lane("A").locator("[data-model-picker]").click()
    picker = admin.locator("#picker-A")
    expect(picker.get_by_role("menuitem", name="Add AI provider")).to_be_visible()
    picker.get_by_role("menuitem", name="Our GPUs").click()
    expect(picker.locator("[data-pick]:visible")).to_have_count(1)
    assert faults(admin) == []
    picker.locator("[data-picker-search]").fill("gpus")
    picker.locator(f'[data-pick="{MODEL}"]').click()
    expect(board.lane("A").locator(".lane-model-name")).to_have_text("Phi-4-mini-instruct")
    expect(picker).to_be_hidden()
    expect(board.lane("A")).to_contain_text("Our GPUs")
    board.ask()
    board.are_done("AB")
    assert board.said("A")
