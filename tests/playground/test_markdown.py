"""What models write as HTML: as fast as it is read, however it is meant."""

from __future__ import annotations

import time

import pytest

from playground.markdown import LONGEST, render


@pytest.mark.parametrize(
    ("text", "tex"),
    [
        ("a \\(x^2\\) b", '<span class="math inline">x^2</span>'),
        ("then\n\\[\na \\\\[2pt]\nb\n\\]\nmore", '<div class="math display">a \\\\[2pt]\nb</div>'),
        ("> \\[\n> a\n> \\]", '<div class="math display">a</div>'),
    ],
)
def test_tex_in_brackets_is_maths(text: str, tex: str) -> None:
    assert tex in render(text)


@pytest.mark.parametrize("text", ["\\(\\)", "\\( a", "\\[ a", "\\[\n\na\n\\]", "    \\[a\\]"])
def test_what_is_no_formula_stays_text(text: str) -> None:
    assert "math" not in render(text)


@pytest.mark.parametrize(
    "piece",
    [
        "\\(a ",
        "\\[\n",
        "\\[ a\nb\n",
        "\\(a\\)",
        "$a",
        "$$\n",
        ">",
        "- ",
        "[",
        "![",
        "[a](",
        "*a _b ",
        "`a``",
        "<a ",
        "a|",
    ],
)
def test_a_model_that_repeats_itself_holds_nobody_up(piece: str) -> None:
    began = time.process_time()
    render(piece * (60_000 // len(piece)))
    assert time.process_time() - began < 5


def test_short_lines_make_no_more_than_one_huge_table() -> None:
    table = "a|" * 200 + "\n" + "-|" * 200 + "\n" + "x\n" * 300 + "\n"
    assert render(table * 10).count("<table>") == 1


def test_a_text_beyond_measure_is_shown_as_it_was_written() -> None:
    assert render("*<b>*" * LONGEST).startswith("<pre>*&lt;b&gt;*")
