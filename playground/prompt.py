"""What a lane's model is asked: its own messages under its own settings, and nothing of any other lane."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self

from accounts.caller import Caller
from completions.traces import Trace
from playground.errors import Refusal
from playground.images import parts
from playground.inputs import UNREAD, Input
from playground.models import Answer, Attachment, Lane, Message
from playground.parameters import sent
from playground.tool_calls import Call, with_calls


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
    #: What stands for each image of the body where it is kept and shown.
    images: Mapping[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Of its deltas: the lane's letter; of further trials the letter and their number."""
        return self.letter if self.trial == 1 else f"{self.letter}{self.trial}"


def prompts_for(answers: Sequence[Answer], lane: Lane, caller: Caller) -> list[Prompt]:
    """Of what is asked for at once: all are given the same, and it is remembered. Refuses where it is nothing."""
    named = request_body(lane, answers[0])
    if not named["messages"]:
        what = f"{lane.model.name} cannot see images, and there is no text to answer."
        raise Refusal("nothing_to_answer", f"Lane {lane.letter} is not asked: {what}")
    asked = Answer.objects.filter(pk__in=[answer.pk for answer in answers])
    asked.remember_input(named, left_out(lane, answers[0]))
    body, images = parts.filled(named, lane.comparison_id)
    trace = _trace(lane) if lane.is_traced else None
    return [
        Prompt(
            answer_id=answer.pk,
            lane_id=lane.pk,
            comparison_id=lane.comparison_id,
            letter=lane.letter,
            trial=answer.trial,
            trials=answer.message.trials,
            caller=caller,
            body={**body, **_own_seed(answer, body)},
            images=images,
            trace=trace,
        )
        for answer in answers
    ]


def _trace(lane: Lane) -> Trace:
    origin = lane.origin
    return Trace(thread_id=str(lane.pk), saved_model=origin.reference if origin else "")


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


def next_body(lane: Lane, draft: str, images: Iterable[Attachment] = ()) -> dict[str, Any]:
    """What would be sent now, with what is typed if anything is; of a lane that is answering, what it was asked."""
    if lane.last_answer and lane.last_answer.is_running:
        return request_body(lane, lane.last_answer)
    body, content = request_body(lane), parts.content_of(draft, images, lane.model)
    is_empty = isinstance(content, str) and not content.strip()
    return {**body, "messages": [*body["messages"], *([] if is_empty else [{"role": "user", "content": content}])]}


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


def is_answerable(message: Message, lane: Lane) -> bool:
    """Something is left of it that the lane's model is given."""
    return bool(message.text.strip()) or lane.sees or not message.attachments.exists()


def _messages(lane: Lane, answer: Answer | None) -> list[dict[str, Any]]:
    """An answer that failed before its first word was never said, nor were trials that are not chosen; nor images to
    who cannot see."""
    said = lane.messages.chosen()
    if answer is not None:
        said = said.filter(pk__lt=answer.pk)
    if answer is not None and answer.message.trials:
        said = said.exclude(trials=answer.message.trials)
    return [*system_message(lane), *told(lane, map(Said.of, said.prefetch_related(parts.ATTACHED)))]


def system_message(lane: Lane) -> list[dict[str, Any]]:
    return [{"role": "system", "content": lane.system_prompt}] if lane.system_prompt else []


class Said(NamedTuple):
    """What of a message is given to a model."""

    role: str
    text: str
    calls: Sequence[Call]
    images: Sequence[Attachment]

    @classmethod
    def of(cls, message: Message) -> Self:
        return cls(message.role, message.text, message.calls, message.images)


def told(lane: Lane, messages: Iterable[Said]) -> list[dict[str, Any]]:
    """These as the lane's model is given them; some are none, some several."""
    prompt: list[dict[str, Any]] = []
    for said in messages:
        content = parts.content_of(said.text, said.images, lane.model)
        whole = with_calls({"role": said.role, "content": content}, said.calls)
        is_said = bool(said.text) or len(whole) > 1
        if said.role != Message.Role.ASSISTANT:
            is_said = bool(content) or not said.images
        prompt += whole if is_said else []
    return prompt


def left_out(lane: Lane, answer: Answer | None = None) -> int:
    """Images that the lane's model is not given, of all its messages or of those before an answer."""
    images = Attachment.objects.filter(message__lane=lane)
    return 0 if lane.sees else (images.filter(message__lt=answer.pk) if answer else images).count()
