"""A whole answer: it says that it is simulated, then writes about the prompt in the model's manner."""

from __future__ import annotations

import random

from simulator.images import Picture
from simulator.models import Profile
from simulator.request import ChatRequest
from simulator.tokenizer import count
from simulator.writing.randomness import some
from simulator.writing.sections import HEADINGS, SECTIONS, About
from simulator.writing.topic import Topic, topic_of

OPENINGS = (
    "*Simulated answer: {name} did not run.* You asked about “{phrase}”.",
    "*This is a simulated answer in place of {name}.* It is about “{phrase}”.",
    "*Simulated, not {name} itself.* Your words were “{phrase}”.",
)
GREETINGS = (
    "*Simulated answer: {name} did not run.* Hello. Ask about anything and I will make up a reply.",
    "*This is a simulated answer in place of {name}.* Good to hear from you; what shall the made-up answer be about?",
)
DIGRESSIONS = (
    "(At this temperature a thought about *{word}* wanders off: perhaps it is a harbour, perhaps only its lights.)",
    "(Somewhere between *{word}* and the weather the sentence changes its mind and becomes a recipe.)",
)


def answer(request: ChatRequest, profile: Profile, rng: random.Random, pictures: list[Picture]) -> str:
    topic = topic_of(request.question)
    if topic.is_greeting and not pictures:
        return rng.choice(GREETINGS).format(name=profile.name)
    parts = [opening(request, topic, profile, rng)]
    if pictures:
        parts.append(f"I was sent {len(pictures)} image{'' if len(pictures) == 1 else 's'}.")
    parts += [seen(at, picture) for at, picture in enumerate(pictures, 1)]
    for kind in plan(topic, profile, rng):
        parts.append(section(kind, topic, profile, rng))
    if (request.temperature or 0) > 1.2:
        parts.append(rng.choice(DIGRESSIONS).format(word=topic.words[0]))
    return "\n\n".join(parts)


def opening(request: ChatRequest, topic: Topic, profile: Profile, rng: random.Random) -> str:
    text = rng.choice(OPENINGS).format(name=profile.name, phrase=topic.phrase)
    turns = sum(message.role == "user" for message in request.messages)
    if turns > 1:
        text += f" This is turn {turns} of our conversation."
    system = next((m.text for m in request.messages if m.role in ("system", "developer") and m.text.strip()), "")
    if system:
        text += f" My instructions begin “{' '.join(system.split()[:8])} …”."
    return text


def plan(topic: Topic, profile: Profile, rng: random.Random) -> list[str]:
    """Which sections, in the model's own order: what was asked for, and some of its habits."""
    asked = {"code": topic.wants_code, "maths": topic.wants_maths, "table": topic.wants_table}
    wanted = [kind for kind, is_asked in asked.items() if is_asked]
    habits = [kind for kind in profile.habit if kind not in wanted]
    number = len(profile.habit) if topic.wants_length else rng.randint(3, 4)
    chosen = {*wanted, *habits[:1], *some(rng, habits[1:], max(0, number - len(wanted) - 1))}
    return [kind for kind in profile.habit if kind in chosen]


def section(kind: str, topic: Topic, profile: Profile, rng: random.Random) -> str:
    return f"## {rng.choice(HEADINGS[kind])}\n\n{SECTIONS[kind](About(topic, profile, rng))}"


def seen(number: int, picture: Picture) -> str:
    return (
        f"Image {number} is a {picture.format} of {picture.width} × {picture.height} pixels; "
        f"its mean colour is `{picture.colour}`. Its bytes are `{picture.digest[:12]}` (SHA-256)."
    )


def more(request: ChatRequest, profile: Profile, rng: random.Random, tokens: int) -> str:
    """Further sections, of at least so many tokens together."""
    topic = topic_of(request.question)
    sections: list[str] = []
    while tokens > 0:
        sections.append(f"\n\n{section(rng.choice(profile.habit), topic, profile, rng)}")
        tokens -= count(sections[-1])
    return "".join(sections)


def with_results(request: ChatRequest, profile: Profile, rng: random.Random) -> str:
    """An answer that uses what the tools returned since the last question."""
    results = []
    for message in reversed(request.messages):
        if message.role not in ("tool", "function"):
            break
        results.append(message.text)
    phrase = topic_of(request.question).phrase
    lines = "\n".join(f"- `{' '.join(result.split())[:400]}`" for result in reversed(results))
    lead = rng.choice(("the tool returned", "the tool's result is", "this came back from the tool"))
    return f"*Simulated answer in place of {profile.name}.* For “{phrase}” {lead}:\n\n{lines}\n\nThat is all I go by."
