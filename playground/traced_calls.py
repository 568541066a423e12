"""Calls of functions in a traced conversation, each joined with its result as the Playground keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from common.texts import storable
from playground.assembly import MOST_CALLS
from playground.tool_calls import LONGEST_ID, LONGEST_NAME, PERSON, Call
from tracing.chats import Said


@dataclass(slots=True)
class Joined:
    #: All that is not a result itself, with its calls.
    told: list[tuple[Said, list[Call]]] = field(default_factory=list)
    has_loose_results: bool = False


def with_results(said: Sequence[Said]) -> Joined:
    """A result belongs to the last call of its id before it; without an id, to the first that has none yet."""
    joined = Joined()
    for each in said:
        if each.role != "tool":
            joined.told.append((each, _calls(each)))
        elif not _join(joined.told, each):
            joined.has_loose_results = True
    return joined


def _calls(said: Said) -> list[Call]:
    calls: list[Call] = []
    taken: set[str] = set()
    for place, call in enumerate(said.calls[:MOST_CALLS]):
        identity = storable(call.id[:LONGEST_ID])
        identity = identity if identity and identity not in taken else f"call{place:05d}"
        taken.add(identity)
        calls.append(Call(identity, storable(call.name[:LONGEST_NAME]), storable(call.arguments)))
    return calls


def _join(told: Sequence[tuple[Said, list[Call]]], result: Said) -> bool:
    for _, calls in reversed(told):
        for at, call in enumerate(calls):
            if call.result is None and result.call_id in (call.id, ""):
                calls[at] = replace(call, result=storable(result.text), by=PERSON)
                return True
    return False
