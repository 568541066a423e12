"""How much was said in a lane, without its words: how long they are is for the database to say.

Who writes a message is told what it may cost whenever a lane changes; a comparison of hundreds of long messages is not
read for that.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import F

from completions import estimate
from playground.inputs import Input
from playground.models import Answer, Attachment, Lane
from playground.parameters import sent
from playground.prompt import Said, system_message, told
from playground.tool_calls import calls_of
from tracing.sizes import Bytes


class Weighed(NamedTuple):
    pk: uuid.UUID
    edited_at: datetime | None
    #: With one letter in place of its text, or none where it has none.
    said: Said
    #: Of the rest of its text.
    bytes: int


def weighed(lane: Lane) -> list[Weighed]:
    """What the lane goes on with."""
    images: dict[uuid.UUID | None, list[Attachment]] = defaultdict(list)
    for attachment in Attachment.objects.filter(message__lane=lane).select_related("image"):
        images[attachment.message_id].append(attachment)
    rows = lane.messages.chosen().annotate(bytes=Bytes(F("text")))
    return [
        Weighed(pk, edited_at, Said(role, "x" * bool(size), calls_of(calls), images[pk]), max(size - 1, 0))
        for pk, edited_at, role, calls, size in rows.values_list("pk", "edited_at", "role", "tool_calls", "bytes")
    ]


def of_lane(lane: Lane, said: Sequence[Weighed]) -> int:
    """Tokens that all of it likely has, with the lane's system prompt and settings."""
    messages = [*system_message(lane), *_told(lane, said)]
    body = {"messages": messages, **sent(lane.settings, lane.model)}
    return estimate.prompt(body, _bytes(said))[1]


def of_what_follows(lane: Lane, said: Sequence[Weighed]) -> int:
    """Tokens that are likely added to a conversation by what comes after the first of these."""
    since = _told(lane, said)[1:]
    return estimate.prompt({"messages": since}, _bytes(said[1:]))[1] - estimate.PER_MESSAGE if since else 0


def is_as_asked(lane: Lane, answer: Answer, said: Sequence[Weighed]) -> bool:
    """Whether what is said before the answer is what it was asked for with: as many messages of the same roles, none
    of them edited since, under the same settings."""
    if answer.model != lane.model.model_id:
        return False
    before = [each for each in said if each.pk < answer.pk]
    edited = (each.edited_at for each in before)
    if any(at is not None and at >= answer.started_at for at in edited):
        return False
    then = Input.parse(answer.input_parts)
    now = Input.of({"messages": system_message(lane), **sent(lane.settings, lane.model)})
    own, rest = then.messages[: len(now.messages)], then.messages[len(now.messages) :]
    roles = [message["role"][0] for message in _told(lane, before)]
    return (own, then.parameters) == (now.messages, now.parameters) and [part[0] for part in rest] == roles


def _told(lane: Lane, said: Sequence[Weighed]) -> list[dict[str, Any]]:
    return told(lane, (each.said for each in said))


def _bytes(said: Sequence[Weighed]) -> int:
    return sum(each.bytes for each in said)
