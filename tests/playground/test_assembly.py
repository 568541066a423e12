"""Calls of functions are put together from whatever fragments providers make of them."""

from __future__ import annotations

import json
import random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from playground.assembly import MOST_ARGUMENTS, MOST_CALLS, Assembly, Piece, joined
from playground.tool_calls import Call

NAMES = st.text("abc_-", min_size=1, max_size=8)
VALUES = st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=8), st.lists, max_leaves=4)
ARGUMENTS = st.dictionaries(st.text(max_size=4), VALUES, max_size=4).map(lambda value: json.dumps(value))
CALLS = st.lists(st.tuples(NAMES, ARGUMENTS), min_size=1, max_size=5)
#: What providers leave out or say too often.
HABITS = ("all", "id once", "no id", "no index", "no index, id always", "id and name always", "another id each time")


def event(*fragments: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": {"tool_calls": list(fragments)}}]}


def fragment(habit: str, place: int, name: str, piece: str, chance: random.Random, *, is_first: bool) -> dict[str, Any]:
    function = {"arguments": piece, **({"name": name} if is_first or habit == "id and name always" else {})}
    said: dict[str, Any] = {"function": function}
    if not habit.startswith("no index"):
        said["index"] = place
    if habit == "another id each time":
        said["id"] = f"call_{chance.getrandbits(40)}"
    elif habit != "no id" and (is_first or "always" in habit):
        said["id"] = f"call_{place}"
    return said


def cut(text: str, chance: random.Random) -> list[str]:
    """At random places; the first piece is often empty, as it mostly is."""
    places = sorted(chance.randint(0, len(text)) for _ in range(chance.randint(0, 4)))
    return ["", *(text[start:end] for start, end in zip([0, *places], [*places, len(text)], strict=True))]


def stream(calls: list[tuple[str, str]], habit: str, chance: random.Random) -> list[dict[str, Any]]:
    """Their fragments; those of different calls in turns, unless only their order tells them apart."""
    queues = [
        [
            fragment(habit, place, name, piece, chance, is_first=not at)
            for at, piece in enumerate(cut(arguments, chance))
        ]
        for place, (name, arguments) in enumerate(calls)
    ]
    events = [event(queue.pop(0)) for queue in queues] if habit != "no index" else []
    while any(queues):
        queue = next(filter(None, queues)) if habit == "no index" else chance.choice([each for each in queues if each])
        events.append(event(queue.pop(0)))
    return events


@given(CALLS, st.sampled_from(HABITS), st.integers(0, 2**32))
def test_what_was_cut_into_fragments_comes_out_whole(calls: list[tuple[str, str]], habit: str, seed: int) -> None:
    assembly = Assembly()
    pieces = [piece for each in stream(calls, habit, random.Random(seed)) for piece in assembly.read(each)]
    found = assembly.calls("answer", is_cut=False)
    assert [(call.name, call.arguments) for call in found] == calls
    assert [(name, arguments) for _, name, arguments in joined(pieces)] == calls
    assert len({call.id for call in found} - {""}) == len(calls)
    assert not any(call.is_cut for call in found)


@given(CALLS, st.booleans(), st.booleans())
def test_whole_calls_in_one_event_are_told_apart(
    calls: list[tuple[str, str]], has_ids: bool, is_index_always_zero: bool
) -> None:
    fragments = [
        {
            "function": {"name": name, "arguments": arguments},
            **({"id": f"call_{place}"} if has_ids else {}),
            **({"index": 0} if is_index_always_zero else {}),
        }
        for place, (name, arguments) in enumerate(calls)
    ]
    assembly = Assembly()
    assembly.read(event(*fragments))
    assert [(call.name, call.arguments) for call in assembly.calls("answer", is_cut=False)] == calls


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6) | st.just("\ud800\0"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(("index", "id", "function", "name", "arguments")), inner, max_size=5)
    ),
    max_leaves=12,
)


@given(st.lists(st.lists(JUNK, max_size=3), max_size=6))
def test_whatever_comes_can_be_kept_and_told(events: list[list[Any]]) -> None:
    assembly = Assembly()
    pieces: list[Piece] = [piece for each in events for piece in assembly.read(event(*each))]
    calls = assembly.calls("answer", is_cut=False)
    json.dumps([call.as_json() for call in calls], ensure_ascii=False).encode()
    assert [(call.name, call.arguments) for call in calls] == [piece[1:] for piece in joined(pieces)]
    assert len({call.id for call in calls}) == len(calls)


def test_an_event_of_another_choice_or_shape_adds_nothing() -> None:
    assembly = Assembly()
    call = {"index": 0, "id": "a", "function": {"name": "f"}}
    strange: list[dict[str, Any]] = [{}, {"choices": 7}, {"choices": [{"index": 1, "delta": {"tool_calls": [call]}}]}]
    assert [assembly.read(each) for each in strange] == [[], [], []]


def test_an_id_that_two_calls_have_is_replaced() -> None:
    assembly = Assembly()
    for index in range(2):
        assembly.read(event({"index": index, "id": "same", "function": {"name": "f", "arguments": "{}"}}))
    first, second = (call.id for call in assembly.calls("answer", is_cut=False))
    assert first == "same" != second
    assert len(second) == 9


def test_more_than_is_kept_is_cut_and_said() -> None:
    many, long = Assembly(), Assembly()
    for index in range(MOST_CALLS + 1):
        many.read(event({"index": index, "id": str(index), "function": {"name": "f", "arguments": "{}"}}))
    long.read(event({"index": 0, "function": {"name": "f", "arguments": "x" * (MOST_ARGUMENTS + 1)}}))
    assert len(many.calls("answer", is_cut=False)) == MOST_CALLS
    assert len(long.calls("answer", is_cut=False)[0].arguments) == MOST_ARGUMENTS
    assert many.calls("answer", is_cut=False)[0].is_cut
    assert long.calls("answer", is_cut=False)[0].is_cut


def test_the_same_call_is_known_by_its_values() -> None:
    one = Call("a", "f", '{"a": 1, "b": [true]}')
    assert one.key == Call("b", "f", '{"b":[true],"a":1.0}').key
    assert Call("a", "f", "").key == Call("a", "f", " {} ").key
    others = [Call("a", "g", one.arguments), Call("a", "f", '{"a": 1, "b": [1]}'), Call("a", "f", '{"a": "1"}')]
    assert one.key not in {other.key for other in others}
