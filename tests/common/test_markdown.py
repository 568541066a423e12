"""What models write as HTML: as fast as it is read, however it is meant."""

from __future__ import annotations

import sys

import pytest
from django.utils.html import escape

from common.markdown import KEPT, LONGEST, MOST_KEPT, render


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


TABLE = "a|" * 200 + "\n" + "-|" * 200 + "\n" + "x\n" * 300 + "\n"


@pytest.mark.parametrize(
    "piece",
    [
        *("[", "![", "[a](", "[a][b] ", "*a _b ", "*a **b ", "a**b", "~~a ", "<a ", "&", "\\"),
        *("- a\n", "1. a\n", "> - a\n", "# a\n", "a\n\n", "\\(a ", "\\[\n", "$a ", "$$\n"),
        *("|a|b|\n|-|-|\n" + "|a|b|\n" * 500, TABLE),
    ],
)
def test_what_takes_others_too_long_is_shown_as_it_was_written(piece: str) -> None:
    text = piece * (LONGEST // len(piece))
    assert render(text) == f"<pre>{escape(text)}</pre>"


@pytest.mark.parametrize("piece", [">", "- ", "*", "a|", "`a` "])
def test_what_only_looks_like_much_work_is_rendered(piece: str) -> None:
    assert not render(piece * (40_000 // len(piece))).startswith("<pre>")


@pytest.mark.parametrize(
    "piece",
    [
        "Some *words* that `go` on until the **end** of a line.\n\n",
        "- an item with *some* words and a [link](https://example.com)\n- and another with `code` and a full stop.\n\n",
        "def function(argument):\n    return argument\n\n",
    ],
)
def test_long_answers_of_the_usual_kind_are_rendered(piece: str) -> None:
    assert not render(piece * (100_000 // len(piece))).startswith("<pre>")


def test_a_large_table_is_a_table() -> None:
    assert render("|a|b|c|\n|-|-|-|\n" + "|a cell|another *cell*|`three`|\n" * 2000).count("<tr>") == 2001


def test_no_more_is_kept_than_fits() -> None:
    for number in range(200):
        render(f"{number} " + "prose " * 33_000)
    assert 0 < sum(map(sys.getsizeof, KEPT.values())) <= MOST_KEPT


def test_a_text_beyond_measure_is_shown_as_it_was_written() -> None:
    assert render("*<b>*" * LONGEST).startswith("<pre>*&lt;b&gt;*")
