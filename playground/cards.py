"""Calls of functions as they are shown: a card for each, to which its owner gives the result."""

from __future__ import annotations

from dataclasses import dataclass

from playground.mocks import has_had_enough, text_of
from playground.models import Lane, Message
from playground.tool_calls import Call

LABELS = {
    "open": "Waits for a result",
    "given": "Result given",
    "mocked": "Mock result given",
    "left": "No result",
    "other": "No result",
    "cut": "Broken off",
}


@dataclass(frozen=True, slots=True)
class Card:
    call: Call
    lane: Lane
    #: open, given, mocked, left (the conversation went on without a result), other (it goes on with another trial) or
    #: cut.
    state: str
    #: What its lane keeps for this function; None: nothing.
    mock: str | None
    #: Whether Lineup would have given the result, had it not done so too often.
    is_enough: bool

    @property
    def label(self) -> str:
        return LABELS[self.state]

    @property
    def is_unknown(self) -> bool:
        """No function of its lane's has this name."""
        tools = self.lane.settings.get("tools") or []
        return self.call.name not in [tool.get("function", {}).get("name") for tool in tools if isinstance(tool, dict)]


def cards_of(message: Message) -> list[Card]:
    if not message.tool_calls:
        return []
    lane = message.lane
    is_enough = message.is_awaiting and has_had_enough(lane)
    return [_card(call, message, lane, is_enough=is_enough) for call in message.calls]


def _card(call: Call, message: Message, lane: Lane, *, is_enough: bool) -> Card:
    mock = text_of(lane.mocks[call.name]) if call.name in lane.mocks else None
    return Card(call, lane, _state(call, message), mock, is_enough and mock is not None)


def _state(call: Call, message: Message) -> str:
    if call.is_cut:
        return "cut"
    if call.result is None:
        if not message.is_chosen:
            return "other"
        return "open" if message.is_last else "left"
    return "mocked" if call.is_given_by_mock else "given"
