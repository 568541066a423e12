"""What a lane's model is asked: its own messages under its own settings, and nothing of any other lane."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from accounts.caller import Caller
from completions.traces import Trace
from playground.inputs import UNREAD, Input
from playground.models import Answer, Lane, Message
from playground.parameters import sent


@dataclass(frozen=True, slots=True)
class Prompt:
    """An answer that is to be written: all its generation needs, read once."""

    answer_id: uuid.UUID
    lane_id: uuid.UUID
    comparison_id: uuid.UUID
    letter: str
    caller: Caller
    body: dict[str, Any]
    #: None: its lane is not traced.
    trace: Trace | None


def prompt_for(answer: Answer, lane: Lane, caller: Caller) -> Prompt:
    return Prompt(
        answer_id=answer.pk,
        lane_id=lane.pk,
        comparison_id=lane.comparison_id,
        letter=lane.letter,
        caller=caller,
        body=request_body(lane, answer),
        trace=_trace(lane) if lane.is_traced else None,
    )


def _trace(lane: Lane) -> Trace:
    origin = lane.origin
    return Trace(thread_id=str(lane.pk), saved_model=origin.reference if origin else "")


def request_body(lane: Lane, answer: Answer | None = None) -> dict[str, Any]:
    """What asks for this answer; without one, what the lane stands at."""
    return {
        "model": lane.model.model_id,
        "messages": _messages(lane, answer),
        "stream": True,
        "stream_options": {"include_usage": True},
        **sent(lane.settings, lane.model),
    }


def next_body(lane: Lane, draft: str) -> dict[str, Any]:
    """What would be sent now, with what is typed if anything is; of a lane that is answering, what it was asked."""
    if lane.last_answer and lane.last_answer.is_running:
        return request_body(lane, lane.last_answer)
    body = request_body(lane)
    return {**body, "messages": [*body["messages"], *([{"role": "user", "content": draft}] if draft.strip() else [])]}


def asked_body(answer: Answer) -> dict[str, Any] | None:
    """What asked for this answer, in the lane's own words: with its name of the model, without what Lineup added."""
    if answer.request is None:
        return None
    added = added_parameters(answer)
    body = {name: value for name, value in answer.request["body"].items() if name not in added}
    return {**body, "model": answer.model}


def added_parameters(answer: Answer) -> list[str]:
    """Those that its lane did not set."""
    if answer.request is None or not answer.input_parts:
        return []
    known = Input.parse(answer.input_parts).parameters
    return [name for name in answer.request["body"] if name not in known and name not in UNREAD]


def _messages(lane: Lane, answer: Answer | None) -> list[dict[str, str]]:
    """An answer that failed before its first word was never said."""
    prompt = [{"role": "system", "content": lane.system_prompt}] if lane.system_prompt else []
    said = lane.messages.filter(pk__lt=answer.pk) if answer else lane.messages.all()
    before = said.exclude(role=Message.Role.ASSISTANT, text="")
    return prompt + [{"role": message.role, "content": message.text} for message in before]
