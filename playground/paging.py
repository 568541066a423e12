"""A long transcript in two parts: its end comes with the page, what is earlier follows when the page stands."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from playground.models import Lane, Message
from playground.models.messages import MessageQuerySet
from playground.siblings import together

#: Messages: more than a screen shows, and few enough for eight lanes to be there at once.
TAIL = 24


@dataclass(frozen=True, slots=True)
class Tail:
    messages: list[Message]
    #: The first of them, where there are earlier ones.
    before: uuid.UUID | None


def tail(lane: Lane) -> Tail:
    last = list(_messages(lane).chosen().order_by("-pk")[: TAIL + 1])
    shown = _with_siblings(lane, last[:TAIL][::-1])
    latest = next((message.pk for message in last[:TAIL] if message.role == Message.Role.ASSISTANT), None)
    for message in shown and (shown[-1].siblings or shown[-1:]):
        message.is_last = True
    return Tail(_marked(shown, latest), shown[0].pk if len(last) > TAIL else None)


def earlier(lane: Lane, before: uuid.UUID) -> list[Message]:
    """The latest answer is among them if none came after."""
    answers = lane.messages.chosen().filter(role=Message.Role.ASSISTANT).values_list("pk", flat=True)
    shown = _with_siblings(lane, list(_messages(lane).chosen().filter(pk__lt=before)))
    return _marked(shown, answers.last())


def _messages(lane: Lane) -> MessageQuerySet:
    return lane.messages.select_related("answer").defer("answer__request").prefetch_related("attachments__image")


def _with_siblings(lane: Lane, chosen: list[Message]) -> list[Message]:
    sets = [message.trials for message in chosen if message.trials]
    others = _messages(lane).filter(trials__in=sets, is_chosen=False) if sets else []
    return together([*chosen, *others])


def _marked(messages: list[Message], latest: uuid.UUID | None) -> list[Message]:
    for message in messages:
        message.is_latest = message.pk == latest
    return messages
