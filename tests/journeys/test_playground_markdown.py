"""What models write: shown as markdown, the same from stream and from server, and never let loose."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.board import Board
from tests.journeys.outline import outline
from tests.model_ids import V3
from tests.simulator.serving import Simulator

HOSTILE = """<script>window.pwned = 1</script> <img src=x onerror="window.pwned = 2">
<style>body { display: none }</style>

[click](javascript:window.pwned=3) [data](data:text/html,x)
![pixel](http://192.0.2.1/pixel.png) <http://192.0.2.1/auto>

<meta http-equiv="refresh" content="0;url=http://192.0.2.1"> <iframe src="http://192.0.2.1"></iframe>
<svg onload="window.pwned = 4">

$\\href{javascript:window.pwned=5}{x}$ $\\includegraphics{http://192.0.2.1/x.png}$

```"><script>window.pwned = 6</script>
<b>code</b>
```
"""

RICH = """# Heading

A paragraph with **bold**, *emphasis*, ~~struck~~ and `code`, a [link](https://example.com "title")
and a price of $5 or $10.

- tight
- list
  1. with
  2. numbers

* loose

* list

| left | right |
|:-----|------:|
| a    |     1 |

> quoted
> > twice

```python
def double(number):
    return number * 2
```

Inline $x^2 + y^2$ and \\(a_1\\), then on lines of their own:

$$
\\int_0^1 x\\,dx = \\frac12
$$

\\[
E = mc^2
\\]

A [reference][later] that is defined later.

[later]: https://example.com/later

***

Hard\x20\x20
break, entity &copy; and \\*escape\\*.
"""


@pytest.mark.parametrize("chunk", [1, 3, 50])
def test_the_stream_and_the_server_show_the_same(simulator: Simulator, signed_in_page: Page, chunk: int) -> None:
    simulator.drill(echo=RICH, tokens_per_second=600, ttft=0, chunk_tokens=chunk)
    board = Board.of(signed_in_page, V3)
    board.ask()
    board.are_done("A")
    streamed = outline(signed_in_page)
    signed_in_page.reload()
    board.is_connected()
    assert streamed == outline(signed_in_page)


def test_code_is_coloured_and_formulas_are_typeset(simulator: Simulator, signed_in_page: Page) -> None:
    simulator.drill(echo=RICH)
    board = Board.of(signed_in_page, V3)
    board.ask()
    for _ in range(2):
        expect(board.answer("A").locator("pre .hljs-keyword").first).to_have_text("def")
        expect(board.answer("A").locator(".katex")).to_have_count(4)
        signed_in_page.reload()


@pytest.mark.parametrize("text", ["$$" + "x+" * 2_000 + "$$", "[" * 4_000 + "a" + "](b)" * 4_000])
def test_what_would_take_very_long_to_set_stands_as_it_was_written(
    simulator: Simulator, signed_in_page: Page, text: str
) -> None:
    simulator.drill(echo=text, tokens_per_second=0, ttft=0)
    board = Board.of(signed_in_page, V3)
    board.ask()
    board.are_done("A")
    expect(board.answer("A").locator(".math:not([data-refused])")).to_have_count(0)
    expect(board.answer("A").locator("a")).to_have_count(0)
    board.composer.fill("Still there?")


@pytest.mark.parametrize("when", ["streamed", "reloaded"])
def test_hostile_answers_stay_text(simulator: Simulator, signed_in_page: Page, when: str) -> None:
    simulator.drill(echo=HOSTILE)
    called: list[str] = []
    signed_in_page.on("request", lambda request: called.append(request.url))
    board = Board.of(signed_in_page, V3)
    board.ask()
    board.are_done("A")
    if when == "reloaded":
        signed_in_page.reload()
        board.is_connected()
    signed_in_page.wait_for_timeout(300)
    answer = board.answer("A")
    expect(answer.locator("script, style, meta, iframe, svg, img, object, embed, form, base, link")).to_have_count(0)
    assert (
        answer.evaluate(
            "(answer) => [...answer.querySelectorAll('*')].flatMap((one) => [...one.attributes])"
            ".filter(({ name, value }) => name.startsWith('on') || /^\\s*(javascript|data):/i.test(value)).length"
        )
        == 0
    )
    assert signed_in_page.evaluate("window.pwned") is None
    assert not [url for url in called if "192.0.2.1" in url]
    assert {link.get_attribute("target") for link in answer.get_by_role("link").all()} <= {"_blank"}


def test_reasoning_streams_into_a_fold_that_stays_as_it_was_left(simulator: Simulator, signed_in_page: Page) -> None:
    simulator.drill(
        think="First this, then that. " * 40, echo="Done.", stall_after=200, stall_for=8, ttft=0, tokens_per_second=0
    )
    board = Board.of(signed_in_page, V3)
    board.ask()
    summary = board.lane("A").locator("[data-reasoning-summary]")
    expect(summary).to_have_text("Thinking…")
    expect(board.lane("A").locator("[data-reasoning-text]")).to_be_hidden()
    summary.click()
    expect(board.lane("A").locator("[data-reasoning-text]")).to_contain_text("First this")
    board.are_done("A")
    expect(summary).to_contain_text("Thought for")
    expect(board.lane("A").locator("[data-reasoning-text]")).to_be_visible()
    assert board.said("A").strip() == "Done."


def test_a_formula_is_whole_though_its_worker_cannot_be_had_and_the_next_is_typeset(
    simulator: Simulator, signed_in_page: Page
) -> None:
    simulator.drill(echo="In short: $a^2 + b^2 + c^2 + d^2 = e^2$")
    board = Board.of(signed_in_page, V3)
    signed_in_page.route("**/highlighting-worker*", lambda route: route.abort())
    board.ask()
    formula = board.answer("A").locator(".math")
    expect(formula).to_have_attribute("data-refused", "")
    expect(formula).to_have_text("a^2 + b^2 + c^2 + d^2 = e^2")
    board.are_done("A")
    signed_in_page.unroute("**/highlighting-worker*")
    board.ask("Once more.")
    expect(board.answer("A").locator(".katex")).to_have_count(1)
