"""Several answers to one question: flipped through in place, one of them chosen."""

from __future__ import annotations

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.board import Board
from tests.journeys.mouse import click
from tests.journeys.shots import shoot
from tests.journeys.trials import bar, place, set_trials, three_answers
from tests.journeys.waiting import settled
from tests.model_ids import LLAMA, R1, V3
from tests.simulator.serving import Simulator

#: The controls of bars that lie under the button, even in part.
COVERED = """(pill) => {
  const over = pill.getBoundingClientRect();
  const isUnder = ({ left, right, top, bottom }) =>
    left < over.right && right > over.left && top < over.bottom && bottom > over.top;
  const lane = pill.closest("[data-lane]");
  return [...lane.querySelectorAll("[data-trials-bar] :is(button, [data-trials-place])")]
    .filter((control) => isUnder(control.getBoundingClientRect()))
    .map(({ outerHTML }) => outerHTML.slice(0, 80));
}"""
LONG = "\n\n".join(f"Paragraph {number}." for number in range(60))


def test_answers_are_flipped_through_in_place(signed_in_page: Page) -> None:
    board = three_answers(signed_in_page)
    place(board, "1 of 3")
    texts = [board.said("A")]
    for expected in ("2 of 3", "3 of 3"):
        bar(board).get_by_role("button", name="Next trial").click()
        place(board, expected)
        texts.append(board.said("A"))
    assert len(set(texts)) == 3
    assert all(texts)
    signed_in_page.keyboard.press("ArrowRight")
    place(board, "1 of 3")
    signed_in_page.keyboard.press("ArrowLeft")
    place(board, "3 of 3")
    expect(bar(board).get_by_role("button", name="Next trial")).to_be_focused()
    expect(board.lane("A").locator("[data-message]:visible")).to_have_count(2)
    signed_in_page.reload()
    board.is_connected()
    place(board, "1 of 3")
    assert board.said("A") == texts[0]
    bar(board).get_by_role("button", name="Trial 3: done").click()
    assert board.said("A") == texts[2]


def test_the_top_of_the_answer_stays_where_it_is(simulator: Simulator, signed_in_page: Page) -> None:
    """However long the answers are, which here have nothing in them that changes its size later."""
    board = Board.of(signed_in_page, V3)
    set_trials(board, "A", 4)
    for length in (900, 60):
        simulator.drill(text_seed=3, length=length, ttft=0, tokens_per_second=0)
        board.ask()
        board.are_done("A")
    lane = board.lane("A")
    scroller = lane.locator("[data-lane-scroll]")
    for at in (1, 0):
        item = lane.locator("[data-trials]").nth(at)
        if at:
            scroller.evaluate("(lane) => { lane.scrollTop = lane.scrollHeight }")
        else:
            item.evaluate("(item) => item.scrollIntoView()")
            expect(lane.locator("[data-jump-latest]")).to_be_visible()
        settled(item)
        tops = [item.evaluate("(item) => item.getBoundingClientRect().top")]
        for number in range(4):
            click(item.get_by_role("button", name="Next trial"))
            expect(item.locator("[data-trials-place]")).to_have_text(f"{(number + 1) % 4 + 1} of 4")
            tops.append(item.evaluate("(item) => item.getBoundingClientRect().top"))
            expect(item.locator("[data-trials-bar]")).to_be_in_viewport()
        assert max(tops) - min(tops) <= 1, tops


@pytest.mark.parametrize("width", [390, 1440])
def test_the_way_to_the_end_covers_no_control_wherever_the_bar_stands(
    simulator: Simulator, signed_in_page: Page, width: int
) -> None:
    simulator.drill(text_seed=3, length=900, ttft=0, tokens_per_second=0)
    signed_in_page.set_viewport_size({"width": width, "height": 800})
    board = three_answers(signed_in_page, V3, LLAMA, R1)
    lane = board.lane("A")
    scroller = lane.locator("[data-lane-scroll]")
    scroller.hover()
    signed_in_page.mouse.wheel(0, -400)
    pill = lane.locator("[data-jump-latest]")
    expect(pill).to_be_visible()
    expect(pill).to_have_accessible_name("Latest")
    end = scroller.evaluate("(lane) => lane.scrollHeight - lane.clientHeight")
    for above in (400, 90, 70, 50, 30, 15):
        scroller.evaluate("(lane, to) => { lane.scrollTop = to }", end - above)
        expect(pill).to_be_visible()
        assert pill.evaluate(COVERED) == []
    names = [
        bar(board).get_by_role("button", name="Retry all trials"),
        lane.locator("[data-actions] [data-retry]").last,
    ]
    assert len({button.locator("svg").inner_html() for button in names}) == 2, "two that do not the same look different"


def test_only_the_one_that_is_looked_at_is_rendered(simulator: Simulator, signed_in_page: Page) -> None:
    simulator.drill(echo=LONG, stall_after=40, ttft=0, tokens_per_second=0)
    board = Board.of(signed_in_page, V3)
    set_trials(board, "A", 3)
    board.ask()
    board.streams()
    lane = board.lane("A")
    expect(lane.locator("[data-trial='1'] [data-answer]")).to_contain_text("Paragraph 5.")
    for number in (2, 3):
        expect(lane.locator(f"[data-trial='{number}'] [data-answer]")).to_have_text("")
    expect(bar(board).locator("[data-look][data-state=streaming]")).to_have_count(3)
    bar(board).get_by_role("button", name="Next trial").click()
    expect(board.answer("A")).to_contain_text("Paragraph 5.")
    lane.locator("[data-stop-lane]").click()
    board.is_("A", "stopped")
    expect(bar(board).locator("[data-look][data-state=stopped]")).to_have_count(3)
    bar(board).get_by_role("button", name="Next trial").click()
    expect(board.answer("A")).to_contain_text("Paragraph 5.")
    expect(lane.locator("[data-spread-line]")).to_contain_text("3 stopped")


def test_every_trial_ends_as_the_server_has_it(simulator: Simulator, signed_in_page: Page) -> None:
    simulator.drill(tokens_per_second=400, jitter=0.9, length=300)
    board = Board.of(signed_in_page, R1, V3)
    set_trials(board, "A", 4)
    set_trials(board, "B", 2)
    board.ask("A table, code and a formula, please.")
    board.are_done()
    watched = {}
    for letter, count in (("A", 4), ("B", 2)):
        for number in range(count):
            bar(board, letter).locator("[data-look]").nth(number).click()
            expect(board.answer(letter)).not_to_be_empty()
            watched[letter, number] = board.said(letter)
    signed_in_page.reload()
    board.is_connected()
    for (letter, number), text in watched.items():
        bar(board, letter).locator("[data-look]").nth(number).click()
        assert board.said(letter) == text


def test_what_one_tab_chooses_others_see_and_look_on(signed_in_context: BrowserContext) -> None:
    one, other = signed_in_context.new_page(), signed_in_context.new_page()
    board = three_answers(one)
    other.goto(one.url)
    beside = Board(other)
    beside.is_connected()
    bar(beside).get_by_role("button", name="Trial 3: done").click()
    bar(board).get_by_role("button", name="Next trial").click()
    chosen = board.said("A")
    bar(board).get_by_role("button", name="Use this one").click()
    expect(bar(board).locator("[data-choose]")).to_have_attribute("aria-pressed", "true")
    expect(bar(beside).locator("[data-look][data-in-use]")).to_have_attribute("aria-label", "Trial 2: done, in use")
    place(beside, "3 of 3")
    beside.ask("And then?")
    expect(beside.lane("A").locator("[data-trials]")).to_have_count(2)
    beside.are_done("A")
    earlier = beside.lane("A").locator("[data-trials]").first
    expect(earlier.locator("[data-trials-place]")).to_have_text("2 of 3")
    assert earlier.locator("[data-answer]:visible").text_content() == chosen
    earlier.get_by_role("button", name="Next trial").click()
    expect(earlier.locator("[data-choose]")).to_have_attribute("aria-disabled", "true")
    expect(earlier.locator("[data-choose]")).to_have_attribute("title", re.compile("already gone on with trial 2"))


def test_one_is_retried_alone_and_all_together(simulator: Simulator, signed_in_page: Page) -> None:
    simulator.drill(status=500, times=1, key="once")
    board = Board.of(signed_in_page, V3)
    set_trials(board, "A", 3)
    board.ask()
    expect(bar(board).locator("[data-look][data-state=done]")).to_have_count(2)
    failed = bar(board).locator("[data-look][data-state=failed]")
    expect(failed).to_have_count(1)
    expect(board.lane("A").locator("[data-failed]")).to_have_text("1 failed")
    failed.click()
    board.lane("A").get_by_role("button", name="Retry", exact=True).locator("visible=true").last.click()
    expect(bar(board).locator("[data-look][data-state=done]")).to_have_count(3)
    before = board.said("A")
    bar(board).get_by_role("button", name="Retry all trials").click()
    expect(board.answer("A")).not_to_have_text(before)
    board.are_done("A")
    expect(bar(board).locator("[data-look][data-state=done]")).to_have_count(3)


def test_rows_of_the_spread_lead_to_their_trial(signed_in_page: Page) -> None:
    board = three_answers(signed_in_page)
    lane = board.lane("A")
    lane.locator("[data-spread-line]").click()
    lane.locator("[data-trial-row='3']").get_by_role("button").click()
    place(board, "3 of 3")
    figure = board.answer("A").locator("xpath=ancestor::li[1]").locator("[data-metric=tokens]").text_content()
    assert (figure or "").split()[0] in (lane.locator("[data-trial-row='3']").text_content() or "")
    bar(board).get_by_role("button", name="Use this one").click()
    expect(lane.locator("[data-trial-row='3']")).to_contain_text("In use")
    expect(lane.locator("details.spread-fold")).to_have_attribute("open", "")


def test_a_seed_and_trials_together_are_worth_a_word(signed_in_page: Page) -> None:
    board = Board.of(signed_in_page, V3)
    board.lane("A").get_by_role("button", name=re.compile("Settings of lane A")).click()
    hint, seed = board.dialog.locator(".seed-hint"), board.dialog.locator("[name=seed]")
    expect(seed).to_be_visible()
    expect(hint).to_be_hidden()
    seed.fill("7")
    expect(hint).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_it_looks_right(simulator: Simulator, signed_in_page: Page, scheme: Any, width: int) -> None:
    signed_in_page.set_viewport_size({"width": width, "height": 900})
    signed_in_page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    simulator.drill(V3, status=500, times=1, key=f"{scheme}{width}")
    board = Board.of(signed_in_page, R1, V3, LLAMA)
    for letter, trials in (("A", 5), ("B", 3)):
        if width < 520:
            signed_in_page.locator(f"[data-tab={letter}]").click()
        set_trials(board, letter, trials)
    board.ask("A table, code and a formula, please.")
    board.is_("A", "done")
    expect(bar(board, "B").locator("[data-look][data-state=failed]")).to_have_count(1)
    expect(board.send).to_have_attribute("data-state", "idle")
    board.lane("B").locator("[data-spread-line]").click()
    signed_in_page.wait_for_timeout(500)
    shoot(signed_in_page, f"trials-{scheme}-{width}")
    found = Axe().run(signed_in_page)
    assert found.violations_count == 0, found.generate_report()
    assert signed_in_page.evaluate("document.documentElement.scrollWidth") <= width
