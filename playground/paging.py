"""A long transcript in two parts: its end comes with the page, what is earlier follows when the page stands."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db.models import QuerySet

from playground.models import Lane, Message

#: Messages: more than a screen shows, and few enough for eight lanes to be there at once.
TAIL = 24


@dataclass(frozen=True, slots=True)
class Tail:
    messages: list[Message]
    #: The first of them, where there are earlier ones.
    before: uuid.UUID | None


def tail(lane: Lane) -> Tail:
    last = list(_messages(lane).order_by("-pk")[: TAIL + 1])
    shown = last[:TAIL][::-1]
    latest = next((message.pk for message in last[:TAIL] if message.role == Message.Role.ASSISTANT), None)
    return Tail(_marked(shown, latest), shown[0].pk if len(last) > TAIL else None)


def earlier(lane: Lane, before: uuid.UUID) -> list[Message]:
    """The latest answer is among them if none came after."""
    answers = lane.messages.filter(role=Message.Role.ASSISTANT).values_list("pk", flat=True)
    return _marked(list(_messages(lane).filter(pk__lt=before)), answers.last())


def _messages(lane: Lane) -> QuerySet[Message]:
    return lane.messages.select_related("answer").defer("answer__request")


def _marked(messages: list[Message], latest: uuid.UUID | None) -> list[Message]:
    for message in messages:
        message.is_latest = message.pk == latest
    return messages
