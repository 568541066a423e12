"""Calls of functions that an assistant's message makes, each with its result: they are kept with that message, so that
whatever becomes of it becomes of them, and no provider is ever sent a call without a result or the other way round.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from playground.inputs import digest
from playground.schemas import NAME, Mistake, read_json, write_json

#: Characters: arguments that are longer are not read, only shown from their beginning; and of a result.
LONGEST_READ, LONGEST_RESULT = 100_000, 200_000
LONGEST_ID, LONGEST_NAME = 200, 200
SHOWN = 4_000
#: What a model is told where the conversation went on without a result: providers refuse calls that have none.
NO_RESULT = "No result was given."
PERSON, MOCK = "person", "mock"


@dataclass(frozen=True, slots=True)
class Call:
    id: str
    name: str
    #: JSON, if the model kept to it.
    arguments: str
    result: str | None = None
    #: Who gave the result: a person, or Lineup by itself from the lane's mock results.
    by: str = ""
    #: The answer ended before the call did: nobody can give it a result, and no provider is sent it again.
    is_cut: bool = False

    @property
    def is_open(self) -> bool:
        return self.result is None and not self.is_cut

    @property
    def is_given_by_mock(self) -> bool:
        return self.by == MOCK

    @property
    def key(self) -> str:
        """The same for calls of one function with the same arguments as JSON values."""
        value, mistake = _read(self.arguments)
        return digest([self.name, self.arguments if mistake else value])[:16]

    @property
    def mistake(self) -> str:
        """Why the arguments cannot be read as JSON; empty if they can."""
        return _read(self.arguments)[1]

    @property
    def is_usual_name(self) -> bool:
        """Providers refuse to be told of a function with another name."""
        return bool(NAME.fullmatch(self.name))

    @property
    def pretty(self) -> str:
        value, mistake = _read(self.arguments)
        return (self.arguments if mistake else write_json(value))[:SHOWN]

    @property
    def pretty_result(self) -> str:
        text = self.result or ""
        return (write_json(_read(text)[0]) if self.is_result_json else text)[:SHOWN]

    @property
    def is_result_json(self) -> bool:
        return isinstance(_read(self.result or "")[0], dict | list)

    @property
    def left_out(self) -> int:
        """Characters of the arguments that are not shown."""
        return max(0, len(self.arguments) - SHOWN)

    @property
    def result_left_out(self) -> int:
        return max(0, len(self.result or "") - SHOWN)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@lru_cache(maxsize=512)
def _read(arguments: str) -> tuple[Any, str]:
    """(value, why there is none). No arguments at all are an empty object, as providers mean it."""
    if len(arguments) > LONGEST_READ:
        return None, "They are too long to be read here."
    try:
        return (read_json(arguments) if arguments.strip() else {}), ""
    except Mistake as mistake:
        return None, str(mistake)


def calls_of(rows: Iterable[dict[str, Any]]) -> list[Call]:
    return [Call(**row) for row in rows]


def with_calls(said: dict[str, Any], calls: Iterable[Call]) -> list[dict[str, Any]]:
    """A message as a provider takes it: with its calls, and after it a message of role tool for each."""
    whole = [call for call in calls if not call.is_cut]
    if not whole:
        return [said]
    made = [
        {
            "id": call.id,
            "type": "function",
            "function": {"name": call.name, "arguments": call.arguments.strip() or "{}"},
        }
        for call in whole
    ]
    results = [{"role": "tool", "tool_call_id": call.id, "content": _told(call)} for call in whole]
    return [{**said, "content": said["content"] or None, "tool_calls": made}, *results]


def _told(call: Call) -> str:
    return NO_RESULT if call.result is None else call.result


def awaited(calls: Iterable[Call]) -> bool:
    """Whether somebody has to give a result."""
    return any(call.is_open for call in calls)


def are_answered(calls: Iterable[Call]) -> bool:
    """Whether the model that made them can be told of every result."""
    whole = [call for call in calls if not call.is_cut]
    return bool(whole) and not awaited(whole)
