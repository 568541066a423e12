"""A long transcript in two parts: its end comes with the page, what is earlier follows when the page stands."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db.models import Q

from playground.models import Lane, Message
from playground.siblings import mark_end, together

#: Messages: more than a screen shows, and few enough for eight lanes to be there at once.
TAIL = 24


@dataclass(frozen=True, slots=True)
class Tail:
    messages: list[Message]
    #: The first of them, where there are earlier ones.
    before: uuid.UUID | None


def tail(lane: Lane) -> Tail:
    last = list(lane.shown_messages().chosen().order_by("-pk")[: TAIL + 1])
    shown = _with_siblings(lane, last[:TAIL][::-1])
    mark_end(shown)
    return Tail(shown, shown[0].pk if len(last) > TAIL else None)


def earlier(lane: Lane, before: uuid.UUID) -> list[Message]:
    """The latest answer is among them if none came after."""
    shown = _with_siblings(lane, list(lane.shown_messages().chosen().filter(pk__lt=before)))
    latest = _latest_answer(lane)
    for message in shown:
        message.is_latest = message.pk == latest
    return shown


def alone(message: Message) -> Message | None:
    """As its transcript shows it, without the rest of it; None if it is not there any more."""
    lane = message.lane
    its = Q(trials=message.trials) if message.trials else Q(pk=message.pk)
    latest, last = _latest_answer(lane), lane.messages.chosen().values_list("pk", flat=True).last()
    for chosen in together(lane.shown_messages().filter(its)):
        chosen.is_latest = chosen.pk == latest
        for one in chosen.siblings or [chosen]:
            one.is_last = chosen.pk == last
            if one == message:
                return one
    return None


def _latest_answer(lane: Lane) -> uuid.UUID | None:
    return lane.messages.chosen().filter(role=Message.Role.ASSISTANT).values_list("pk", flat=True).last()


def _with_siblings(lane: Lane, chosen: list[Message]) -> list[Message]:
    sets = [message.trials for message in chosen if message.trials]
    others = lane.shown_messages().filter(trials__in=sets, is_chosen=False) if sets else []
    return together([*chosen, *others])
