"""Mock results: what functions are said to have given back, by their names, kept with a lane.

A lane may answer with them by itself, but only so many times after one another: a model that calls for ever would spend
for ever.
"""

from __future__ import annotations

import json
from typing import Any

from playground.errors import Refusal
from playground.models import Lane, Message
from playground.schemas import Mistake, read_json, write_json
from playground.tool_calls import MOCK, awaited

MOST_ROUNDS = 10
#: Of a lane: functions, and characters of all as the settings panel shows them.
MOST, LONGEST = 128, 100_000


def text_of(mock: Any) -> str:
    """As a model is told it: text as it stands, other values as JSON."""
    return mock if isinstance(mock, str) else json.dumps(mock, ensure_ascii=False)


def remember(lane: Lane, name: str, result: str) -> None:
    """Raises Refusal where there would be too much of them."""
    mocks = {**lane.mocks, name: _value(result)}
    if len(mocks) > MOST or len(write_json(mocks)) > LONGEST:
        raise Refusal(
            "too_many_mocks",
            f"Lane {lane.letter} keeps mock results of at most {MOST} functions and {LONGEST:,} characters in all. "
            "Give this one without remembering it.",
        )
    lane.take_settings({"mocks": mocks})


def _value(result: str) -> Any:
    """Objects and lists are kept as what they are, so that they can be read where the mocks are edited."""
    try:
        value = read_json(result)
    except Mistake:
        return result
    return value if isinstance(value, dict | list) else result


def fill(lane: Lane) -> bool:
    """Gives the calls of the lane's last message their mock results, if each has one and it is not too often already.

    Returns whether it did.
    """
    if not lane.is_mocked or not lane.mocks:
        return False
    last = lane.messages.chosen().last()
    calls = [call for call in last.calls if call.is_open] if last else []
    if last is None or not calls or not {call.name for call in calls} <= lane.mocks.keys():
        return False
    if has_had_enough(lane):
        return False
    for call in calls:
        last.take_result({call.id}, text_of(lane.mocks[call.name]), MOCK)
    return True


def has_had_enough(lane: Lane) -> bool:
    """Whether so many rounds went on by themselves since somebody said or gave something."""
    if not lane.is_mocked:
        return False
    latest = list(lane.messages.chosen().order_by("-pk")[: MOST_ROUNDS + 1])
    before = latest[1:] if latest and awaited(latest[0].calls) else latest
    return len(before) >= MOST_ROUNDS and all(_is_by_itself(message) for message in before[:MOST_ROUNDS])


def _is_by_itself(message: Message) -> bool:
    calls = [call for call in message.calls if not call.is_cut]
    return bool(calls) and all(call.is_given_by_mock for call in calls)
