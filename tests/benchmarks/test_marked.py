from __future__ import annotations

from benchmarks.marked import marked
from simulator.tokenizer import count, tokenize


def test_every_mark_is_where_its_token_ends() -> None:
    text = marked(1500)
    assert 1500 <= text.tokens == count(text.text) < 1800
    assert len(text.at) > 20
    tokens = tokenize(text.text)
    for mark, at in text.at.items():
        assert "".join(tokens[:at]).endswith(f"·{mark}·")


def test_the_last_mark_ends_the_text() -> None:
    text = marked(800)
    assert text.text.endswith(f"·{max(text.at)}·")
    assert text.at[max(text.at)] == text.tokens


def test_marks_do_not_stand_in_code_or_formulas() -> None:
    inside = [part for number, part in enumerate(marked(1500).text.split("```")) if number % 2]
    inside += [part for number, part in enumerate(marked(1500).text.split("$$")) if number % 2]
    assert len(inside) > 3
    assert not any("·" in part for part in inside)
