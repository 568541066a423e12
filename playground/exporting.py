"""A comparison taken out of Lineup, to be imported again: all that a reader sees of it.

What belongs to the server where it was asked stays there: requests, their fingerprints, timelines, billing records.
"""

from __future__ import annotations

from base64 import b64encode
from collections import defaultdict
from typing import Any, TypeVar

from playground import portable
from playground.models import Answer, Comparison, Image, Lane, Message
from playground.siblings import together

SaidShape = TypeVar("SaidShape", bound=portable.Said)


def export(comparison: Comparison) -> portable.Portable:
    """Of an answer that still runs, what is saved of it so far."""
    lanes = list(comparison.lanes.open().select_related("model"))
    said: dict[Any, list[Message]] = defaultdict(list)
    messages = Message.objects.filter(lane__in=lanes).select_related("answer")
    for message in together(messages.prefetch_related("attachments__image")):
        said[message.lane_id].append(message)
    # As all stands, without a check: what is kept must always come out.
    return portable.Portable.model_construct(
        format="lineup-comparison",
        version=1,
        title=comparison.title,
        created_at=comparison.created_at,
        lanes=[_lane(lane, said[lane.pk]) for lane in lanes],
        images={},
    )


def as_json(comparison: Comparison) -> str:
    """With what its images show, which is bounded as they are: see playground/images/keeping.py."""
    taken = export(comparison)
    for image in Image.objects.filter(attachments__message__lane__in=comparison.lanes.open()).distinct():
        taken.images[image.digest] = b64encode(image.content()).decode()
    return taken.model_dump_json(indent=2) + "\n"


def _lane(lane: Lane, messages: list[Message]) -> portable.Lane:
    return portable.Lane.model_construct(
        letter=lane.letter,
        model=lane.model.model_id,
        system_prompt=lane.system_prompt,
        settings=lane.settings,
        is_traced=lane.is_traced,
        mocks=lane.mocks,
        is_mocked=lane.is_mocked,
        trials=lane.trials,
        messages=[_message(message) for message in messages],
    )


def _message(message: Message) -> portable.Message:
    others = [_said(each, portable.Said) for each in message.siblings if each != message]
    images = [
        portable.Attachment.model_construct(name=each.name, note=each.note, sha256=each.image.digest)
        for each in message.attachments.all()
    ]
    return _said(message, portable.Message, role=message.role, images=images, other_trials=others)


def _said(message: Message, shape: type[SaidShape], **more: Any) -> SaidShape:
    answer = message.made_by
    return shape.model_construct(
        **more,
        text=message.text,
        tool_calls=[portable.ToolCall.model_construct(**call.as_json()) for call in message.calls],
        created_at=message.created_at,
        edited_at=message.edited_at,
        answer=_answer(answer) if answer else None,
        trial=message.trial,
    )


def _answer(answer: Answer) -> portable.Answer:
    return portable.Answer.model_construct(
        state="stopped" if answer.is_running else answer.state,
        model=answer.model,
        provider=answer.provider,
        is_simulated=answer.is_simulated,
        reasoning=answer.reasoning,
        finish_reason=answer.finish_reason,
        error=portable.Error.model_construct(**answer.error) if answer.error else None,
        usage=portable.Usage.model_construct(
            prompt_tokens=answer.prompt_tokens,
            completion_tokens=answer.completion_tokens,
            reasoning_tokens=answer.reasoning_tokens,
            certainty=answer.certainty,
        ),
        cost_pico_usd=answer.cost,
        ttft_ms=answer.ttft_ms,
        thinking_ms=answer.thinking_ms,
        duration_ms=answer.duration_ms,
        started_at=answer.started_at,
        ended_at=answer.ended_at,
        structure=portable.Structure.model_construct(**answer.structure) if answer.structure else None,
    )
