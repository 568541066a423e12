"""What a prompt is about, as far as its words show."""

from __future__ import annotations

import re
from dataclasses import dataclass

COMMON_WORDS = (
    "a about after all also am an and any are as at be because been before being between both but by can "
    "could did do does each either else ever every few for from get give had has have he her here him his "
    "how i if in into is it its just let like list make many may me might more most much must my no nor not "
    "now of off on once one only or other our out over please same say shall she should show so some such "
    "take tell than that the their them then there these they this those three to too two under until up "
    "upon us use very was way we were what when where which while who whom whose why will with without word "
    "words would write you your explain describe compare hello hi hey thanks ok okay yes sentence sentences "
    "short long answer question "
)
COMMON = frozenset(COMMON_WORDS.split())
LEAD = re.compile(
    r"^(please|can you|could you|would you|tell me|explain( to me)?|describe|what is|what are|what's|how do i|how to|"
    r"write( me)?|give me|show me|compare|list|help me( to)?|why is|why are|why do|summarise|summarize)\s+",
    re.IGNORECASE,
)
FENCE = re.compile(r"```.*?(```|\Z)", re.DOTALL)
WORD = re.compile(r"[^\W\d_][\w'’-]*")
LONGEST = 72


@dataclass(frozen=True, slots=True)
class Topic:
    """`phrase` fits between quotation marks; `words` are at least three, the weightiest first."""

    phrase: str
    words: list[str]
    wants_code: bool
    wants_maths: bool
    wants_table: bool
    wants_length: bool
    is_greeting: bool


def topic_of(question: str) -> Topic:
    plain = " ".join(FENCE.sub(" ", question).split())
    words = key_words(plain)
    low = plain.lower()
    return Topic(
        phrase=phrase_of(plain),
        words=[*words, *(word for word in ("input", "method", "result") if word not in words)][: max(3, len(words))],
        wants_code="```" in question
        or _says(low, "code|function|python|javascript|script|program|sql|bash|regex|class|bug"),
        wants_maths=_says(
            low, "prove|proof|equation|integral|derivative|formula|math|maths|solve|probability|sum|theorem"
        ),
        wants_table=_says(low, "compare|versus|vs|difference|table|pros|cons|which|better"),
        wants_length=_says(low, "long|detailed|detail|essay|thorough|everything|in depth|comprehensive"),
        is_greeting=len(plain.split()) <= 3 and not words,
    )


def key_words(text: str) -> list[str]:
    """Words that carry meaning, without repeats: proper names, then long words, then the rest."""
    seen: dict[str, str] = {}
    for word in WORD.findall(text):
        if word.lower() not in COMMON and len(word) > 1:
            seen.setdefault(word.lower(), word)
    at = {word: place for place, word in enumerate(seen.values())}
    return sorted(at, key=lambda word: (not word[0].isupper(), -min(len(word), 8), at[word]))[:8]


def phrase_of(text: str) -> str:
    for _ in range(3):
        text = LEAD.sub("", text)
    text = re.split(r"(?<=\w{2})[.!?](?:\s|$)", text, maxsplit=1)[0].strip(" ?!.:,;\"'“”")
    if len(text) > LONGEST:
        text = text[:LONGEST].rsplit(" ", 1)[0] + " …"
    return text or "your message"


def _says(text: str, words: str) -> bool:
    return re.search(rf"\b({words})\b", text) is not None
