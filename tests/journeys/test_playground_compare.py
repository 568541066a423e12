"""Pick several models, ask once, and watch all of them answer side by side."""

from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.board import Board
from tests.model_ids import LLAMA, PHI, R1, SCOUT, V3
from tests.serving import Served
from tests.simulator.serving import Simulator

#: What the socket brings from the first lane's messages on comes in one piece when the question is acknowledged.
TOGETHER = """
  const listen = WebSocket.prototype.addEventListener;
  WebSocket.prototype.addEventListener = function (type, listener) {
    if (type !== "message") return listen.call(this, type, listener);
    const held = [];
    listen.call(this, type, (event) => {
      const frame = JSON.parse(event.data).type;
      if (held.length || frame === "messages") held.push(event);
      else listener(event);
      if (frame === "ack") held.splice(0).forEach(listener);
    });
  };
"""
#: Lanes by the animation frame in which messages came to them, and all that the send button was. Frames are counted:
#: on a busy machine two of them may have the same time.
NOTE = """() => {
  window.came = {};
  let frame = 0;
  requestAnimationFrame(function count() {
    frame += 1;
    requestAnimationFrame(count);
  });
  window.button = ["idle"];
  new MutationObserver((changes) => {
    for (const { target } of changes.filter(({ target }) => target.matches("[data-messages]"))) {
      (window.came[frame] ??= []).push(target.closest("[data-lane]").dataset.lane);
    }
  }).observe(document.querySelector("[data-comparison]"), { childList: true, subtree: true });
  new MutationObserver((changes) => {
    for (const { state } of changes.map(({ target }) => target.dataset)) {
      if (window.button.at(-1) !== state) window.button.push(state);
    }
  }).observe(document.querySelector("[data-send]"), { attributeFilter: ["data-state"] });
}"""


def test_it_goes_from_the_sign_in_link_over_three_cards_to_three_answers_that_stream(
    served: Served, simulator: Simulator, page: Page
) -> None:
    simulator.drill(ttft=0.2, tokens_per_second=30)
    page.goto(served.sign_in_link())
    page.goto("/inference")
    for model in (V3, LLAMA, PHI):
        page.locator(f'[data-model="{model}"]').click(position={"x": 8, "y": 8})
        expect(page.locator(f'[data-model="{model}"]')).to_have_attribute("aria-selected", "true")
    page.get_by_text("Compare 3 models in the Playground").first.click()
    board = Board(page)
    board.is_connected()
    board.ask("Which of you is the fastest?")
    for letter in "ABC":
        board.streams(letter)
    board.are_done("ABC")
    assert len({board.said(letter) for letter in "ABC"}) == 3


def test_each_lane_shows_the_answer_of_its_own_model(simulator: Simulator, signed_in_page: Page) -> None:
    for model in (V3, LLAMA, PHI):
        simulator.drill(model, echo=f"I am {model}.")
    board = Board.of(signed_in_page, V3, LLAMA, PHI)
    board.ask()
    board.are_done("ABC")
    assert [board.said(letter).strip() for letter in "ABC"] == [f"I am {model}." for model in (V3, LLAMA, PHI)]


def test_the_metrics_of_an_answer_lead_to_the_exact_request(signed_in_page: Page) -> None:
    board = Board.of(signed_in_page)
    board.ask("What did you get?")
    board.are_done()
    board.lane("A").locator(".metrics-line").click()
    board.dialog.get_by_role("button", name="View request").click()
    expect(board.dialog).to_contain_text("What did you get?")
    signed_in_page.keyboard.press("Escape")
    expect(board.dialog).to_have_count(0)


def test_its_address_opens_it_again_in_another_window(signed_in_page: Page, signed_in_context: BrowserContext) -> None:
    board = Board.of(signed_in_page)
    board.ask()
    board.are_done()
    other = Board(signed_in_context.new_page())
    other.page.goto(signed_in_page.url)
    other.is_connected()
    assert [other.said(letter) for letter in "AB"] == [board.said(letter) for letter in "AB"]


def test_the_first_words_name_it_in_every_tab(signed_in_page: Page, signed_in_context: BrowserContext) -> None:
    board = Board.of(signed_in_page)
    other = signed_in_context.new_page()
    other.goto(signed_in_page.url)
    board.ask("Which of you is the fastest?")
    for page in (signed_in_page, other):
        expect(page.locator("[data-title]")).to_have_text("Which of you is the fastest?")
        expect(page).to_have_title("Which of you is the fastest? · Playground")


def test_escape_leaves_the_title_as_it_was(signed_in_page: Page) -> None:
    board = Board.of(signed_in_page)
    board.page.locator("[data-title]").click()
    board.page.get_by_label("Title").fill("Something else")
    board.page.keyboard.press("Escape")
    expect(board.page.locator("[data-title]")).to_have_text("New comparison")
    expect(board.page.locator("[data-title]")).to_be_focused()


def test_every_lane_says_that_it_is_simulated(signed_in_page: Page) -> None:
    signed_in_page.set_viewport_size({"width": 1280, "height": 800})
    board = Board.of(signed_in_page, V3, LLAMA, PHI)
    for letter in "ABC":
        expect(board.lane(letter).locator(".lane-head")).to_contain_text("Simulated")


def test_the_best_figures_are_ringed_after_a_reload_too(signed_in_page: Page) -> None:
    board = Board.of(signed_in_page)
    board.ask()
    board.are_done()
    expect(signed_in_page.locator("[data-best]").first).to_be_visible()
    signed_in_page.reload()
    expect(signed_in_page.locator("[data-best]").first).to_be_visible()


def test_five_lanes_are_not_laid_out_in_one_frame(simulator: Simulator, signed_in_page: Page) -> None:
    simulator.drill(echo="Short.")
    signed_in_page.add_init_script(TOGETHER)
    board = Board.of(signed_in_page, V3, LLAMA, PHI, R1, SCOUT)
    signed_in_page.evaluate(NOTE)
    board.ask()
    board.are_done("ABCDE")
    frames = signed_in_page.evaluate("Object.values(window.came)")
    assert sorted(lane for lanes in frames for lane in lanes) == list("ABCDE")
    assert max(map(len, frames)) <= 2
    assert signed_in_page.evaluate("window.button") == ["idle", "running", "idle"]
    assert {board.said(letter) for letter in "ABCDE"} == {"Short.\n"}
