"""What a reasoning model thinks before it answers."""

from __future__ import annotations

import random

from simulator.request import ChatRequest
from simulator.writing.topic import topic_of

OPENINGS = (
    "Okay, the user asks about “{phrase}”.",
    "Let me see what “{phrase}” asks for.",
    "The question is “{phrase}”.",
)
LINES = (
    "First I should say what {a} means here, since it could be read in two ways.",
    "If {a} is fixed, then {b} has to give way; that looks right.",
    "Wait, that assumes {b} does not depend on {a}. Let me check that again.",
    "Suppose {a} were zero. Then {c} would not matter at all, which is a useful test.",
    "A table might help the reader see {a} beside {b}.",
    "I could go deeper into {c}, but the question does not ask for it.",
    "Hmm, the opposite reading would put {c} first. I will mention it and move on.",
    "So {a}, then {b}, then a caution about {c}.",
    "I keep in mind that this is simulated and nothing was really thought.",
)
SENTENCES = {"none": 0, "minimal": 1, "low": 3, "medium": 6, "high": 14}


def thought(request: ChatRequest, rng: random.Random) -> str:
    number = SENTENCES[request.reasoning_effort or "medium"]
    if not number:
        return ""
    topic = topic_of(request.question)
    sentences = [rng.choice(OPENINGS).format(phrase=topic.phrase)]
    while len(sentences) <= number:
        a, b, c = rng.sample(topic.words, 3)
        sentences.append(
            rng.choice([line for line in LINES if not sentences[-1].startswith(line[:8])]).format(a=a, b=b, c=c)
        )
    paragraphs = [" ".join(sentences[at : at + 3]) for at in range(0, len(sentences), 3)]
    return "\n\n".join(paragraphs)
