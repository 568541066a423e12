"""What a model is given: messages and parameters, known by a fingerprint, and by a few letters of each part.

Lanes whose answers have the same fingerprint were asked the same. Parts tell where two inputs begin to differ;
static/js/playground/inputs.js reads them too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import zip_longest
from typing import Any, Self
from urllib.parse import quote, unquote

from playground.images import placeholders

#: Members of a request that are no input: who is asked, and how the answer is to come.
UNREAD = ("model", "messages", "stream", "stream_options")
FINGERPRINT, PART = 12, 6
#: By the letter that a part begins with.
ROLES = {"s": "system", "d": "developer", "u": "user", "a": "assistant", "t": "tool", "f": "function"}


@dataclass(frozen=True, slots=True)
class Input:
    fingerprint: str
    #: Of each message the first letter of its role, and a few of its digest; of its images' apart, behind a dot.
    messages: tuple[str, ...]
    #: A few letters of the digest of each parameter.
    parameters: Mapping[str, str]

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Self:
        parameters = {name: body[name] for name in sorted(body) if name not in UNREAD}
        numbered = _numbered(body["messages"])
        messages = [placeholders.with_image_urls(message, placeholders.identity) for message in numbered]
        return cls(
            fingerprint=digest({"messages": messages, "parameters": parameters})[:FINGERPRINT],
            messages=tuple(message["role"][0] + _part(message) for message in messages),
            parameters={name: digest(value)[:PART] for name, value in parameters.items()},
        )

    @classmethod
    def parse(cls, parts: str, fingerprint: str = "") -> Self:
        messages, _, parameters = parts.partition("|")
        pairs = (parameter.rpartition(":") for parameter in parameters.split())
        return cls(fingerprint, tuple(messages.split()), {unquote(name): part for name, _, part in pairs})

    @property
    def parts(self) -> str:
        parameters = (f"{quote(name, safe='')}:{part}" for name, part in self.parameters.items())
        return f"{' '.join(self.messages)}|{' '.join(parameters)}"

    def difference(self, other: Self) -> str:
        """The first message or parameter that is not the same; empty if all are."""
        for number, (mine, theirs) in enumerate(zip_longest(self.messages, other.messages, fillvalue=""), start=1):
            if mine != theirs:
                return _message(number, mine, theirs)
        names = sorted({*self.parameters, *other.parameters})
        return next((name for name in names if self.parameters.get(name) != other.parameters.get(name)), "")


def _message(number: int, mine: str, theirs: str) -> str:
    if number == 1 and "s" in (mine[:1], theirs[:1]):
        return "system prompt"
    what = "images of " if mine.partition(".")[0] == theirs.partition(".")[0] else ""
    return f"{what}message {number} ({ROLES.get((mine or theirs)[0], 'other')})"


def _part(message: dict[str, Any]) -> str:
    """The same text with and without images begins with the same letters."""
    images = list(placeholders.urls_in({"messages": [message]}))
    if not images:
        return digest(message)[:PART]
    texts = [part for part in message["content"] if part.get("type") != "image_url"]
    is_plain = len(texts) < 2 and all(part.keys() == {"type", "text"} for part in texts)
    rest = "".join(part["text"] for part in texts) if is_plain else texts
    return f"{digest({**message, 'content': rest})[:PART]}.{digest(images)[:PART]}"


def _numbered(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Ids of calls only say which result belongs to which call; made by chance, they make no other input."""
    ids = [call["id"] for message in messages for call in message.get("tool_calls", ())]
    if not ids:
        return messages
    numbers = {identity: str(number) for number, identity in enumerate(dict.fromkeys(ids))}
    return [_renamed(message, numbers) for message in messages]


def _renamed(message: dict[str, Any], numbers: Mapping[str, str]) -> dict[str, Any]:
    if "tool_calls" in message:
        return {**message, "tool_calls": [{**call, "id": numbers[call["id"]]} for call in message["tool_calls"]]}
    if "tool_call_id" in message:
        return {**message, "tool_call_id": numbers.get(message["tool_call_id"], "")}
    return message


def digest(value: Any) -> str:
    text = json.dumps(_canonical(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(text.encode(errors="surrogatepass")).hexdigest()


def _canonical(value: Any) -> Any:
    """1.0 is 1."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {name: _canonical(inner) for name, inner in value.items()}
    return [_canonical(inner) for inner in value] if isinstance(value, list) else value
