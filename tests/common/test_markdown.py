"""What models write as HTML: as fast as it is read, however it is meant."""

from __future__ import annotations

import re
import sys
from html import unescape
from pathlib import Path

import pytest
from django.conf import settings

from common import bounds, markdown
from common.markdown import KEPT, LONGEST_RUN, MOST_KEPT, render

LONG = 200_000
#: An element for each thing that is counted, and its end.
MOST_TAGS = 2 * bounds.MOST_NODES


def said(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", html))


def folded(html: str) -> list[tuple[str, str]]:
    """Summaries and texts of what is folded away."""
    folds = re.findall(
        r"<details class=\"beyond\"><summary>(.*?)</summary><pre><code>(.*?)</code></pre>", html, re.DOTALL
    )
    return [(label, unescape(text)) for label, text in folds]


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


def test_a_formula_right_below_a_line_of_words_is_there_once() -> None:
    assert render("then\n$$\na\n$$\nmore") == '<p>then</p>\n<div class="math display">a</div><p>more</p>\n'


TABLE = "a|" * 200 + "\n" + "-|" * 200 + "\n" + "x\n" * 300 + "\n"


@pytest.mark.parametrize(
    "piece",
    [
        *("[", "![", "[a](", "[a][b] ", "*a _b ", "*a **b ", "a**b", "~~a ", "<a ", "&", "\\"),
        *("- a\n", "1. a\n", "> - a\n", "# a\n", "a\n\n", "\\(a ", "\\[\n", "$a ", "$$\n", "$$ a\n"),
        *("|a|b|\n|-|-|\n" + "|a|b|\n" * 500, TABLE),
    ],
)
def test_of_what_takes_others_too_long_little_is_marked_up_and_nothing_is_lost(piece: str) -> None:
    text = piece * (LONG // len(piece))
    html = render(text)
    assert html.count("<") < MOST_TAGS
    for letter in {"a", "b", "x"} & set(text):
        assert said(html).count(letter) >= text.count(letter)


@pytest.mark.parametrize("piece", ["[", "![", "*a **b ", "~~a ", "&", "\\"])
def test_a_paragraph_with_very_many_marks_is_shown_as_it_was_written(piece: str) -> None:
    text = piece * (LONG // len(piece))
    assert said(render(text)) == text.strip() + "\n"


@pytest.mark.parametrize("piece", ["- a\n", "# a\n", "a\n\n", "[a]: /b\n", "a *b* [c](/d)\n\n", "- > 1. a\n"])
def test_the_rest_of_very_many_blocks_is_folded_away_as_text(piece: str) -> None:
    text = piece * (LONG // len(piece))
    html = render(text)
    label, rest = folded(html)[-1]
    assert label == "The rest, as text"
    assert text.endswith(rest)
    assert html.endswith("</details>\n")


def test_lines_beyond_all_bounds_are_folded_away() -> None:
    text = "a\n" * bounds.MOST_LINES + "*b*\r\nc"
    assert folded(render(text)) == [("The rest, as text", "*b*\nc")]


def test_what_is_nested_too_deep_is_folded_away_where_it_stands() -> None:
    html = render("- " * 15 + "x\n- y")
    assert folded(html) == [("The rest, as text", "- " * 6 + "x")]
    assert html.endswith("<li>y</li>\n</ul>\n")


def table(rows: int, columns: int) -> str:
    lines = [[f"{row}-{column}" for column in range(columns)] for row in range(rows)]
    return "\n".join(f"|{'|'.join(line)}|" for line in [["h"] * columns, ["-"] * columns, *lines])


@pytest.mark.parametrize(
    ("rows", "columns", "shown", "label"),
    [
        (2000, 3, (2000, 3), ""),
        (2001, 3, (2000, 3), "1 more row, as text"),
        (5000, 2, (3000, 2), "2,000 more rows, as text"),
        (10, 50, (10, 50), ""),
        (10, 51, (10, 50), "1 more column, as text"),
        (300, 300, (120, 50), "180 more rows and 250 more columns, as text"),
    ],
)
def test_of_a_huge_table_the_first_cells_are_a_table_and_all_is_folded_away_below(
    rows: int, columns: int, shown: tuple[int, int], label: str
) -> None:
    text = table(rows, columns)
    html = render(f"{text}\n\nAfter *it*.")
    assert (html.count("<tr>") - 1, html.count("<th>")) == shown
    assert html.count("<td") == shown[0] * shown[1]
    assert f"<td>{shown[0] - 1}-{shown[1] - 1}</td>" in html
    assert folded(html) == ([(label, text)] if label else [])
    assert html.endswith("<p>After <em>it</em>.</p>\n")


def test_a_pipe_in_a_cell_of_a_wide_table_is_no_column() -> None:
    html = render("a\\|" * 40 + table(3, 60)[1:].replace("0-0", "0\\|0"))
    assert "<td>0|0</td>" in html
    assert html.count("<th>") == bounds.MOST_COLUMNS


@pytest.mark.parametrize(
    "text",
    [
        *("[tab](java&#x09;script:alert(1))", "[a](javascript:alert)", "[a](//192.0.2.1)", "[a](data:text/html,x)"),
        *("![a](java&#x0A;script:alert)", "<java-script:alert>", "[a](page.html)", "[a]\n\n[a]: java&#x09;script:x"),
    ],
)
def test_a_refused_address_makes_no_link(text: str) -> None:
    assert "<a" not in render(text)
    assert "alert" in said(render(text)) or "alert" not in text


@pytest.mark.parametrize("address", ["https://example.com", "HTTP://example.com", "mailto:a@example.com", "#a", "/a?b"])
def test_other_addresses_are_links(address: str) -> None:
    assert f'<a href="{address}"' in render(f"[a]({address})")


def test_a_long_address_or_title_does_not_come_again_with_every_link() -> None:
    long = "x" * 50_000
    defined = f'[a]: https://example.com/{long}\n\n[b]: https://example.com/b "{long}"\n\n'
    html = render(defined + "[a] [b] " * 900)
    assert len(html) < 1_000_000
    assert html.count("<a ") == 900


def test_the_tab_has_the_same_bounds() -> None:
    source = (Path(settings.BASE_DIR) / "static/js/playground/bounds.js").read_text(encoding="utf-8")
    numbers = re.findall(r"^(?:export )?const ([A-Z_]+) = ([\d_]+);$", source, re.MULTILINE)
    assert len(numbers) == 12
    assert {name: int(number) for name, number in numbers} == {name: getattr(bounds, name) for name, _ in numbers}
    assert f'REST = "{bounds.REST}"' in source
    assert f"MARK = /{bounds.MARKS.pattern.replace('@' + chr(92), '@')}/g" in source


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
    text = "*<b>*" * bounds.LONGEST
    html = render(text)
    assert html.startswith("<p>*&lt;b&gt;*")
    assert folded(html) == [("The rest, as text", text[bounds.LONGEST :])]


def test_a_character_of_two_units_is_not_torn() -> None:
    text = "a" + "🙂" * bounds.LONGEST
    assert folded(render(text)) == [("The rest, as text", text[bounds.LONGEST // 2 :])]


@pytest.mark.parametrize("levels", [9, 10, 12, 40, 52])
@pytest.mark.parametrize(("mark", "indent"), [("- ", "  "), ("> ", "> "), ("1. ", "   ")])
def test_nothing_is_left_out_of_what_is_deep(levels: int, mark: str, indent: str) -> None:
    text = "\n".join(f"{indent * level}{mark}Level {level}" for level in range(levels))
    shown = render(f"{text}\n\nThe end.")
    assert all(f"Level {level}" in shown for level in range(levels))
    assert "<p>The end.</p>" in shown


@pytest.mark.parametrize("levels", [1, 17])
@pytest.mark.parametrize("lines", [bounds.MOST_LAZY, 9000])
def test_a_quote_goes_on_for_so_many_lines_that_are_not_marked_as_its_own(levels: int, lines: int) -> None:
    html = render("> " * levels + "first\n" + "word\n" * lines)
    quoted, after = html.split("</blockquote>", 1)
    assert quoted.count("<blockquote>") == levels
    assert quoted.count("word") == bounds.MOST_LAZY
    assert after.count("word") == lines - bounds.MOST_LAZY


class Cleaner:
    """The true one, and what it was given."""

    def __init__(self) -> None:
        self.given = ""
        self.true = markdown._CLEANER

    def clean(self, html: str) -> str:
        self.given = html
        return self.true.clean(html)


@pytest.mark.parametrize("piece", ["&", "& \n", "a&amp;<b> ", "\N{NO-BREAK SPACE}x", "&nbsp;", "🙂&"])
@pytest.mark.parametrize("start", ["", "    ", "```\n", "|a|\n|-|\n|", "- > ", "a\n" * bounds.MOST_LINES])
def test_no_run_of_text_is_long_for_the_cleaner_and_what_is_shown_is_the_same(
    monkeypatch: pytest.MonkeyPatch, start: str, piece: str
) -> None:
    cleaner = Cleaner()
    monkeypatch.setattr(markdown, "_CLEANER", cleaner)
    html = render(start + piece * (LONG // len(piece)))
    assert max(map(len, re.split("<[^>]*>", cleaner.given))) < LONGEST_RUN + 100
    assert html == cleaner.true.clean(re.sub("<!--.*?-->", "", cleaner.given))
    assert "<!--" not in html
