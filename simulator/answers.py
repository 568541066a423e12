"""What a request is answered with, token by token, before any thought of time or transport."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field, replace

from simulator.images import Picture
from simulator.models import Profile
from simulator.request import ChatRequest
from simulator.schemas import instance_of
from simulator.tokenizer import count, tokenize
from simulator.tools import Call, calls_for, wants_call
from simulator.writing import prose
from simulator.writing.noise import noise
from simulator.writing.randomness import random_for
from simulator.writing.reasoning import thought
from simulator.writing.topic import topic_of

#: Characters of random text for each token that `length` asks for: enough in every alphabet.
NOISE_PER_TOKEN = 8


@dataclass(frozen=True, slots=True)
class Choice:
    finish: str
    reasoning: list[str] = field(default_factory=list)
    content: list[str] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)

    @property
    def tokens(self) -> int:
        return len(self.reasoning) + len(self.content) + sum(call.tokens for call in self.calls)


def choices_for(request: ChatRequest, profile: Profile, pictures: list[Picture]) -> list[Choice]:
    return [choice_for(request, profile, pictures, index) for index in range(request.choices)]


def choice_for(request: ChatRequest, profile: Profile, pictures: list[Picture], index: int) -> Choice:
    rng = random_for(request, index)
    reasoning = tokenize(_thought(request, profile, rng))
    if wants_call(request):
        return limited(Choice("tool_calls", reasoning, calls=calls_for(request, rng)), request.limit)
    text = stopped(_text(request, profile, rng, pictures), request.stops)
    content = tokenize(text)
    if request.drill.length is not None:
        content = content[: request.drill.length]
    return limited(Choice("stop", reasoning, content), request.limit)


def stopped(text: str, stops: list[str]) -> str:
    return text[: min((at for at in (text.find(stop) for stop in stops) if at >= 0), default=len(text))]


def limited(choice: Choice, limit: int | None) -> Choice:
    """Reasoning counts against the limit, as it does where models really think."""
    if limit is None or choice.tokens <= limit:
        return choice
    reasoning = choice.reasoning[:limit]
    left = limit - len(reasoning)
    calls = []
    for call in choice.calls:
        spent = count(call.name)
        if left >= spent:
            calls.append(replace(call, arguments=call.arguments[: left - spent]))
        left = max(0, left - call.tokens)
    return Choice("length", reasoning, choice.content[:left] if not choice.calls else [], calls)


def _thought(request: ChatRequest, profile: Profile, rng: random.Random) -> str:
    drill = request.drill
    if drill.think is not None:
        return drill.think
    given = drill.echo is not None or drill.text_seed is not None or drill.huge_line is not None
    return thought(request, rng) if profile.reasons and not given else ""


def _text(request: ChatRequest, profile: Profile, rng: random.Random, pictures: list[Picture]) -> str:
    drill = request.drill
    if drill.echo is not None:
        return drill.echo
    if drill.huge_line is not None:
        return ("long " * (drill.huge_line // 5 + 1))[: drill.huge_line]
    if drill.text_seed is not None:
        # The request has its part in it: two lanes with one seed still say different things.
        mixed = random.Random(f"{drill.text_seed} {rng.random()}")  # noqa: S311 -- wording, not secrets
        return noise(mixed, (drill.length or 100) * NOISE_PER_TOKEN)
    wanted = request.response_format
    if wanted is not None and wanted.type != "text":
        return _json(request, profile, rng)
    if request.messages[-1].role in ("tool", "function"):
        return prose.with_results(request, profile, rng)
    text = prose.answer(request, profile, rng, pictures)
    missing = (drill.length or 0) - count(text)
    return text + prose.more(request, profile, rng, missing) if missing > 0 else text


def _json(request: ChatRequest, profile: Profile, rng: random.Random) -> str:
    topic = topic_of(request.question)
    wanted = request.response_format
    if wanted is not None and wanted.json_schema is not None:
        param = "response_format.json_schema.schema"
        made = instance_of(wanted.json_schema.schema_, rng, topic.words, param=param)
        return json.dumps(made, ensure_ascii=False)
    made = {
        "simulated": True,
        "model": profile.id,
        "about": topic.phrase,
        "points": [{"word": word, "weight": rng.randint(1, 10)} for word in topic.words[:4]],
    }
    return json.dumps(made, ensure_ascii=False, indent=2)
