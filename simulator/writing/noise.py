"""Random text of all kinds of characters, for tests that no byte is lost and no lane gets another's text."""

from __future__ import annotations

import random

ALPHABETS = (
    "abcdefghijklmnopqrstuvwxyz",
    "0123456789.,;:!?-+*/()[]{}<>&\"'`#|\\$_~^",
    "äöüßéèçñøåłžșğ",
    "αβγδλπσωжшщыяךא",
    "日本語漢字中文한국어かな",
    "😀🚀🧪🦕👩‍🔬🏳️‍🌈🇩🇪",
    "\u00a0\u200b\u202e\u0301",
)
WEIGHTS = (12, 3, 3, 3, 3, 2, 1)


def noise(rng: random.Random, characters: int) -> str:
    """Words of one alphabet each, with some line breaks."""
    words: list[str] = []
    length = 0
    while length < characters:
        alphabet = rng.choices(ALPHABETS, WEIGHTS)[0]
        word = "".join(rng.choice(alphabet) for _ in range(rng.randint(1, 9)))
        words.append(word + ("\n" if rng.random() < 0.08 else " "))
        length += len(words[-1])
    return "".join(words)[:characters]
