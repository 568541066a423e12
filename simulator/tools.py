"""Tool calls: which function, how often, with arguments that its schema allows."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from typing import Any

from simulator.errors import BadRequest
from simulator.request import ChatRequest, Tool
from simulator.schemas import instance_of
from simulator.tokenizer import count, tokenize
from simulator.writing.topic import key_words, topic_of


@dataclass(frozen=True, slots=True)
class Call:
    id: str
    name: str
    arguments: list[str]

    @property
    def tokens(self) -> int:
        return count(self.name) + len(self.arguments)

    def whole(self) -> dict[str, Any]:
        function = {"name": self.name, "arguments": "".join(self.arguments)}
        return {**({"id": self.id} if self.id else {}), "type": "function", "function": function}


def wants_call(request: ChatRequest) -> bool:
    """Tools are called when they may be, unless a result has just come back and nothing forces another call."""
    if request.drill.call_with and request.messages[-1].role != "tool":
        return True
    if not request.tools or request.tool_choice == "none" or request.drill.echo is not None:
        return False
    if request.tool_choice in (None, "auto"):
        return request.messages[-1].role not in ("tool", "function")
    return True


def calls_for(request: ChatRequest, rng: random.Random) -> list[Call]:
    if request.drill.call_with:
        return [Call(exact.id, exact.name, tokenize(exact.arguments)) for exact in request.drill.call_with]
    tools = request.tools or []
    chosen = _named(request, tools) or _fitting(request, tools)
    if request.drill.calls is not None:
        chosen = (chosen * request.drill.calls)[: request.drill.calls]
    if request.parallel_tool_calls is False:
        chosen = chosen[:1]
    return [_call(tool, tools.index(tool), request, rng) for tool in chosen]


def _named(request: ChatRequest, tools: list[Tool]) -> list[Tool]:
    """The one function that `tool_choice` names, if it names one."""
    if not isinstance(request.tool_choice, dict):
        return []
    function = request.tool_choice.get("function")
    name = function.get("name") if isinstance(function, dict) else None
    found = [tool for tool in tools if tool.function.name == name]
    if not found:
        raise BadRequest(f"'tool_choice' names {name!r}, which is not among the tools.", param="tool_choice")
    return found[:1]


def _fitting(request: ChatRequest, tools: list[Tool]) -> list[Tool]:
    """All functions that share a word with the question, the best first; the first of all when none does."""
    asked = {_stem(word) for word in key_words(request.question)}
    scores = [len(asked & {_stem(word) for word in _words_of(tool)}) for tool in tools]
    order = sorted(range(len(tools)), key=lambda at: -scores[at])
    return [tools[at] for at in order if scores[at]] or tools[:1]


def _words_of(tool: Tool) -> list[str]:
    function = tool.function
    names = f"{function.name} {' '.join((function.parameters or {}).get('properties', {}))}"
    return key_words(f"{names.replace('_', ' ').replace('-', ' ')} {function.description or ''}")


def _stem(word: str) -> str:
    return word.lower().removesuffix("s")[:6]


def _call(tool: Tool, at: int, request: ChatRequest, rng: random.Random) -> Call:
    schema = {"type": "object", **(tool.function.parameters or {})}
    words = topic_of(request.question).words
    arguments = instance_of(schema, rng, words, param=f"tools[{at}].function.parameters")
    return Call(
        id=f"call_{rng.getrandbits(96):024x}",
        name=tool.function.name,
        arguments=tokenize(json.dumps(arguments, ensure_ascii=False)),
    )
