"""The simulator's own tokenizer; every count it reports is made here, so a test can make the same count.

A token is, from left to right and as long as possible: a run of line breaks; up to ten Latin letters, up to three
digits or up to three marks of punctuation, with the one space before them; a run of spaces; or any one other character.
Joined, the tokens are the text again, and the tokens of a text cut after any of its tokens are those before the cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

TOKEN = re.compile(r"\n+| ?[A-Za-z\u00c0-\u024f]{1,10}| ?[0-9]{1,3}| ?[!-/:-@\[-`{-~]{1,3}| +|.", re.DOTALL)

#: What a chat template adds around every message, and before the answer.
TOKENS_PER_MESSAGE = 4
TOKENS_BEFORE_ANSWER = 3


def tokenize(text: str) -> list[str]:
    return TOKEN.findall(text)


def count(text: str) -> int:
    return sum(1 for _ in TOKEN.finditer(text))


def prompt_tokens(texts: Iterable[str]) -> list[str]:
    """The tokens of a whole prompt, one text a message."""
    tokens: list[str] = []
    for text in texts:
        tokens += ["<|message|>"] * TOKENS_PER_MESSAGE
        tokens += tokenize(text)
    return tokens + ["<|answer|>"] * TOKENS_BEFORE_ANSWER
