from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from simulator.tokenizer import count, tokenize


@given(st.text())
def test_tokens_joined_are_the_text(text: str) -> None:
    assert "".join(tokenize(text)) == text


@given(st.text(), st.integers(0, 50))
def test_a_text_cut_after_a_token_has_the_tokens_before_the_cut(text: str, at: int) -> None:
    tokens = tokenize(text)
    assert tokenize("".join(tokens[:at])) == tokens[:at]


@given(st.text())
def test_counting_is_as_good_as_cutting(text: str) -> None:
    assert count(text) == len(tokenize(text))


def test_english_has_about_four_characters_a_token() -> None:
    text = "The committee will publish its recommendations after the summer holidays, in two volumes."
    assert 3.5 < len(text) / count(text) < 6
