"""The sections an answer is put together from; each is markdown with its heading."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass

from simulator.models import Profile
from simulator.writing.randomness import some
from simulator.writing.topic import Topic


@dataclass(frozen=True, slots=True)
class About:
    topic: Topic
    profile: Profile
    rng: random.Random


Section = Callable[[About], str]

HEADINGS = {
    "paragraph": ("In short", "The idea", "What this is about", "Background"),
    "bullets": ("Main points", "What matters", "Worth knowing", "At a glance"),
    "steps": ("Step by step", "How to go about it", "A way through", "In order"),
    "table": ("Side by side", "Comparison", "In a table", "The options"),
    "code": ("In code", "A sketch", "Example", "Try it"),
    "maths": ("In numbers", "A formula", "The arithmetic", "A little maths"),
    "advice": ("What to check", "Before you rely on it", "Next", "A caution"),
}
LINKS = (
    "{a} sets the terms and {b} follows from it.",
    "Most of the work sits between {a} and {b}; {c} is what people notice.",
    "It helps to keep {a} apart from {b} until both are understood.",
    "Change {a} on its own first, and watch what {b} does.",
    "Where {a} is scarce, {c} decides; where it is not, {b} does.",
    "People who begin with {c} often come back to {a}.",
    "Neither {a} nor {b} says much without the other.",
    "A small example of {a} is worth more than a long account of {b}.",
    "If only one thing is remembered, let it be how {a} leads to {c}.",
)
POINTS = (
    "**{word}** comes first: without it the rest has nothing to stand on.",
    "**{word}** is easy to measure, so measure it before arguing about it.",
    "**{word}** costs little to try and less to undo.",
    "**{word}** depends on the case; write down which case yours is.",
    "**{word}** is where two careful people may still disagree.",
    "**{word}** looks simple and hides most of the surprises.",
)
STEPS = (
    "Say in one sentence what *{word}* should do.",
    "Collect two or three real examples of *{word}*.",
    "Try the smallest case of *{word}* by hand.",
    "Note what *{word}* did that you had not expected.",
    "Repeat with *{word}* changed, and nothing else.",
    "Keep the result of *{word}* where others can find it.",
)
CAUTIONS = (
    "Nothing above was looked up or reasoned out. Ask a real model about “{phrase}” before you act on it.",
    "Figures and names in this text are made up to look like an answer about “{phrase}”.",
    "Connect a provider and retry: the same prompt, “{phrase}”, then gets a real answer.",
)


def paragraph(about: About) -> str:
    return " ".join(_filled(line, about.topic, about.rng) for line in some(about.rng, LINKS, about.rng.randint(2, 4)))


def bullets(about: About) -> str:
    points = some(about.rng, POINTS, about.rng.randint(3, 4))
    return "\n".join(f"- {point.format(word=_word(about.topic, at))}" for at, point in enumerate(points))


def steps(about: About) -> str:
    lines = some(about.rng, STEPS, about.rng.randint(3, 4))
    return "\n".join(f"{at + 1}. {line.format(word=_word(about.topic, at))}" for at, line in enumerate(lines))


def table(about: About) -> str:
    rows = [
        f"| {_word(about.topic, at)} | {_judgement(about)} | {_judgement(about)} | {about.rng.randint(12, 97)} % |"
        for at in range(3)
    ]
    return "\n".join(["| Made-up figures | Effort | Effect | Share |", "|---|---|:--|--:|", *rows])


def _judgement(about: About) -> str:
    return about.rng.choice(("low", "fair", "good", "high"))


def code(about: About) -> str:
    name, thing = _name(about.topic.words[0]), _name(about.topic.words[1])
    return about.rng.choice(SNIPPETS).format(name=name, thing=thing, number=about.rng.randint(2, 9))


def maths(about: About) -> str:
    """The one thing in here that is true: how long the simulator means to take."""
    first, rate = about.profile.ttft, about.profile.rate
    tokens = about.rng.choice((200, 250, 400, 500))
    return (
        f"With a first token after $t_0 = {first:g}$ s and a pace of $r = {rate:g}$ tokens per second, "
        f"an answer of $n = {tokens}$ tokens takes\n\n"
        f"$$\nt(n) = t_0 + \\sum_{{i=1}}^{{n}} \\frac{{1}}{{r}} = {first:g} + \\frac{{{tokens}}}{{{rate:g}}}"
        f" \\approx {first + tokens / rate:.2f}\\ \\text{{s}}\n$$\n\n"
        f"whatever *{about.topic.words[0]}* may be."
    )


def advice(about: About) -> str:
    return "> " + about.rng.choice(CAUTIONS).format(phrase=about.topic.phrase)


SECTIONS: dict[str, Section] = {
    "paragraph": paragraph,
    "bullets": bullets,
    "steps": steps,
    "table": table,
    "code": code,
    "maths": maths,
    "advice": advice,
}
SNIPPETS = (
    "```python\ndef {name}(items: list[float]) -> float:\n    # Each {thing} counts once.\n"
    "    return sum(item / {number} for item in items)\n\n\nprint({name}([1.0, 2.5, {number}.0]))\n```",
    "```javascript\nexport function {name}(items) {{\n  // Each {thing} counts once.\n"
    "  return items.filter((item) => item > {number}).map((item) => item * 2);\n}}\n\n"
    "console.log({name}([1, {number}, 12]));\n```",
    "```sql\nSELECT {name}, count(*) AS {thing}_count\nFROM example\nGROUP BY {name}\nHAVING count(*) > {number};\n```",
    "```bash\n# Shows every {thing} that names {name}\ngrep -rn --max-count={number} '{name}' . | sort\n```",
)


def _word(topic: Topic, at: int) -> str:
    return topic.words[at % len(topic.words)]


def _filled(line: str, topic: Topic, rng: random.Random) -> str:
    one, two, three = (f"*{word}*" for word in rng.sample(topic.words, 3))
    made = line.format(a=one, b=two, c=three)
    return made[:1].upper() + made[1:]


def _name(word: str) -> str:
    """The word as an identifier."""
    name = re.sub(r"\W+", "_", word.lower()).strip("_")
    return name if name.isidentifier() else f"thing_{name}".strip("_")
