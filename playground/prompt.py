"""What a lane's model is asked: its own messages under its own settings, and nothing of any other lane."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from accounts.caller import Caller
from playground.models import Answer, Lane, Message


@dataclass(frozen=True, slots=True)
class Prompt:
    """An answer that is to be written: all its generation needs, read once."""

    answer_id: uuid.UUID
    lane_id: uuid.UUID
    comparison_id: uuid.UUID
    letter: str
    caller: Caller
    body: dict[str, Any]


def prompt_for(answer: Answer, lane: Lane, caller: Caller) -> Prompt:
    return Prompt(
        answer_id=answer.pk,
        lane_id=lane.pk,
        comparison_id=lane.comparison_id,
        letter=lane.letter,
        caller=caller,
        body=_body(lane, answer),
    )


def _body(lane: Lane, answer: Answer) -> dict[str, Any]:
    return {
        "model": lane.model.model_id,
        "messages": _messages(lane, answer),
        "stream": True,
        "stream_options": {"include_usage": True},
        **lane.settings,
    }


def _messages(lane: Lane, answer: Answer) -> list[dict[str, str]]:
    """An answer that failed before its first word was never said."""
    prompt = [{"role": "system", "content": lane.system_prompt}] if lane.system_prompt else []
    before = lane.messages.filter(pk__lt=answer.pk).exclude(role=Message.Role.ASSISTANT, text="")
    return prompt + [{"role": message.role, "content": message.text} for message in before]
