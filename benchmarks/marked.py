"""A long answer with numbered marks in its prose: whoever sees mark k knows when that token left the upstream."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.completion import complete
from simulator.models import profile_of
from simulator.request import read_request
from simulator.tokenizer import count, tokenize

MODEL = "meta-llama/Llama-3.3-70B-Instruct"
QUESTION = "Explain in detail how a suspension bridge carries its load"


@dataclass(frozen=True, slots=True)
class Marked:
    """`at` is the number of tokens up to and including each mark; the last mark ends the text."""

    text: str
    at: dict[int, int]
    tokens: int


def marked(tokens: int) -> Marked:
    """Markdown of all kinds, of at least so many tokens; marks end lines of prose and of lists."""
    lines: list[str] = []
    in_code = in_maths = False
    for line in _prose(tokens).split("\n"):
        in_code ^= line.startswith("```")
        in_maths ^= line == "$$"
        is_prose = not (in_code or in_maths) and (line[:1].isalnum() or line.startswith(("- ", "*")))
        lines.append(f"{line} ·0·" if is_prose else line)
    cut = tokenize("\n".join(lines))
    text = "".join(cut[:tokens]) + "".join(cut[tokens:]).partition("\n\n## ")[0] + "\n\nThe end. ·0·"
    return _numbered(text)


def _numbered(text: str) -> Marked:
    parts = text.split("·0·")
    text = "".join(f"{part}·{number}·" for number, part in enumerate(parts[:-1], 1))
    at = {number: count(text[: text.index(f"·{number}·") + len(f"·{number}·")]) for number in range(1, len(parts))}
    return Marked(text, at, count(text))


def _prose(tokens: int) -> str:
    body = {"model": MODEL, "messages": [{"role": "user", "content": QUESTION}], "simulate": {"length": tokens}}
    return "".join(complete(read_request(body), profile_of(MODEL)).choices[0].content)
