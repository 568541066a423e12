"""Calls that asked a model in the shape of a chat: what it was, to be asked again.

chat = chat_at(project, call_id)   # None if there is no such call, or it is none of that shape
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from accounts.models import Project
from tracing import json_text
from tracing.models import Call

#: What can be set of a request, under its OpenAI name.
SETTINGS = (
    "temperature", "max_tokens", "max_completion_tokens", "top_p", "frequency_penalty", "presence_penalty", "seed",
    "stop", "response_format", "reasoning_effort", "n", "tools", "tool_choice",
)  # fmt: skip
ROLES = ("system", "developer", "user", "assistant", "tool")


@dataclass(frozen=True, slots=True)
class Called:
    """A function, by an assistant's message."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Said:
    role: str
    text: str
    #: Addresses.
    images: tuple[str, ...] = ()
    calls: tuple[Called, ...] = ()
    #: Of a tool's message: the call whose result it is.
    call_id: str = ""


@dataclass(frozen=True, slots=True)
class Chat:
    title: str
    model: str
    messages: tuple[Said, ...]
    #: As they were given; what was not given, or null, is not in it. Zero is a value.
    settings: dict[str, Any]


def chat_at(project: Project, call_id: str) -> Chat | None:
    call = Call.objects.filter(project=project, call_id=call_id).visible().first()
    return chat_of(json_text.load(call.inputs), json_text.load(call.output or "null"), call.title) if call else None


def chat_of(inputs: Any, output: Any = None, title: str = "") -> Chat | None:
    messages = inputs.get("messages") if isinstance(inputs, Mapping) else None
    if not isinstance(messages, list) or not messages or not all(_is_message(one) for one in messages):
        return None
    said = [_said(one) for one in messages]
    if answer := _answer(output):
        said.append(answer)
    settings = {name: inputs[name] for name in SETTINGS if inputs.get(name) is not None}
    return Chat(title, str(inputs.get("model") or ""), tuple(said), settings)


def _is_message(one: Any) -> bool:
    return isinstance(one, Mapping) and one.get("role") in ROLES


def _text(content: Any) -> str:
    """Of parts, those that are text."""
    if isinstance(content, list):
        return "\n\n".join(str(part["text"]) for part in content if isinstance(part, Mapping) and "text" in part)
    return content if isinstance(content, str) else ""


def _said(message: Mapping[str, Any]) -> Said:
    call_id = message.get("tool_call_id")
    return Said(
        message["role"],
        _text(message.get("content")),
        _images(message.get("content")),
        tuple(_calls(message.get("tool_calls"))),
        call_id if isinstance(call_id, str) else "",
    )


def _images(content: Any) -> tuple[str, ...]:
    """As chats have them: an object with the address, or the address alone."""
    parts = content if isinstance(content, list) else []
    images = (part.get("image_url") for part in parts if isinstance(part, Mapping))
    urls = (image.get("url") if isinstance(image, Mapping) else image for image in images)
    return tuple(url for url in urls if isinstance(url, str))


def _calls(given: Any) -> Iterator[Called]:
    """Of functions; those without a name are none."""
    for call in given if isinstance(given, list) else []:
        function = call.get("function") if isinstance(call, Mapping) else None
        if isinstance(function, Mapping) and isinstance(name := function.get("name"), str) and name:
            arguments = function.get("arguments")
            text = arguments if isinstance(arguments, str) else json.dumps(arguments or {}, ensure_ascii=False)
            yield Called(str(call.get("id") or ""), name, text)


def _answer(output: Any) -> Said | None:
    choices = output.get("choices") if isinstance(output, Mapping) else None
    first = choices[0] if isinstance(choices, list) and choices else None
    message = first.get("message") if isinstance(first, Mapping) else None
    if not isinstance(message, Mapping):
        return None
    said = _said({**message, "role": "assistant"})
    return said if said.text or said.calls else None
