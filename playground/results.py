"""Results that people give to the calls of functions in one lane, or in all that made the same call."""

from __future__ import annotations

from collections.abc import Sequence

from playground import mocks, protocol
from playground.errors import Refusal
from playground.models import Lane, Message
from playground.tool_calls import LONGEST_RESULT, PERSON, Call


def put(lanes: Sequence[Lane], message: Message, command: protocol.Result) -> None:
    """The lanes are locked, the message's among them. Raises Refusal unless each of them waits for this result."""
    if len(command.text) > LONGEST_RESULT:
        raise Refusal(
            "result_too_long",
            f"A result has at most {LONGEST_RESULT:,} characters; this one has {len(command.text):,}.",
        )
    asked = next((call for call in message.calls if call.id == command.call), None)
    if asked is None or asked.is_cut:
        raise Refusal("call_not_found", "There is no such call that could be given a result.")
    if not message.is_chosen:
        raise Refusal("not_chosen", "The lane goes on with another trial. Use this one first, then give the result.")
    for lane in lanes:
        last = lane.messages.chosen().last()
        own = last == message
        waiting = (
            [call for call in last.calls if call.is_open and _is_meant(call, asked, command, own=own)] if last else []
        )
        if last is None or not waiting or (lane.pk == message.lane_id and not own):
            raise _not_waiting(lane, asked)
        last.take_result({call.id for call in waiting}, command.text, PERSON)
        if command.remember:
            mocks.remember(lane, asked.name, command.text)


def _is_meant(call: Call, asked: Call, command: protocol.Result, *, own: bool) -> bool:
    return call.key == asked.key if command.lanes else own and call.id == asked.id


def _not_waiting(lane: Lane, asked: Call) -> Refusal:
    return Refusal(
        "not_waiting",
        f"Lane {lane.letter} does not wait for this result of {asked.name[:64]}: it was given meanwhile, "
        "or the conversation went on.",
    )
