"""What a lane's model is asked: its own messages under its own settings, and nothing of any other lane."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Sequence
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
    trial: int
    #: What it was asked for with at once; None: it is alone.
    trials: uuid.UUID | None
    caller: Caller
    body: dict[str, Any]
    #: None: its lane is not traced.
    trace: Trace | None

    @property
    def address(self) -> str:
        """Of its deltas: the lane's letter; of further trials the letter and their number."""
        return self.letter if self.trial == 1 else f"{self.letter}{self.trial}"


def prompts_for(answers: Sequence[Answer], lane: Lane, caller: Caller) -> list[Prompt]:
    """Of what is asked for at once: all are given the same, and it is remembered."""
    body = request_body(lane, answers[0])
    Answer.objects.filter(pk__in=[answer.pk for answer in answers]).remember_input(body)
    return [_prompt_for(answer, lane, caller, body) for answer in answers]


def _prompt_for(answer: Answer, lane: Lane, caller: Caller, body: dict[str, Any]) -> Prompt:
    return Prompt(
        answer_id=answer.pk,
        lane_id=lane.pk,
        comparison_id=lane.comparison_id,
        letter=lane.letter,
        trial=answer.trial,
        trials=answer.message.trials,
        caller=caller,
        body={**body, **_own_seed(answer, body)},
        trace=Trace(thread_id=str(lane.pk)) if lane.is_traced else None,
    )


def _own_seed(answer: Answer, body: dict[str, Any]) -> dict[str, int]:
    """Of one trial of several: a provider that answers the same request in the same way would repeat itself."""
    return {"seed": secrets.randbelow(2**31)} if answer.message.trials and "seed" not in body else {}


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
    """An answer that failed before its first word was never said; nor were trials that were not chosen."""
    prompt = [{"role": "system", "content": lane.system_prompt}] if lane.system_prompt else []
    said = lane.messages.filter(is_chosen=True)
    if answer is not None:
        said = said.filter(pk__lt=answer.pk)
    if answer is not None and answer.message.trials:
        said = said.exclude(trials=answer.message.trials)
    before = said.exclude(role=Message.Role.ASSISTANT, text="")
    return prompt + [{"role": message.role, "content": message.text} for message in before]
