"""Several answers to one question in one lane: asked for at once, one of them chosen to go on with."""

from __future__ import annotations

import uuid

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from billing import processes
from common.ids import uuid7
from playground.errors import Refusal, busy, gone
from playground.lanes import changed, locked
from playground.models import Answer, Lane, Message

WENT_ON = "The lane has already gone on from here. Delete what follows, then choose another answer."


def ask(lane: Lane, turn: uuid.UUID | None) -> list[Answer]:
    """As many as the lane is set to. It goes on with the first, unless another is chosen."""
    trials = uuid7() if lane.trials > 1 else None
    return [
        _ask(lane, Message(turn=turn, trials=trials, trial=number, is_chosen=number == 1))
        for number in range(1, lane.trials + 1)
    ]


def ask_once(lane: Lane, turn: uuid.UUID | None) -> Answer:
    """Whatever the lane is set to: what follows results of functions is one answer."""
    return _ask(lane, Message(turn=turn))


def ask_again(lane: Lane, gone: Message) -> list[Answer]:
    """For this one alone, which was deleted."""
    place = {"trials": gone.trials, "trial": gone.trial, "is_chosen": gone.is_chosen}
    return [_ask(lane, Message(turn=gone.turn, **place))]


def _ask(lane: Lane, message: Message) -> Answer:
    """The database takes only one running answer for a lane's trial, whoever else asks in this moment."""
    message.lane, message.role = lane, Message.Role.ASSISTANT
    message.save(force_insert=True)
    try:
        return Answer.objects.create(
            message=message,
            lane=lane,
            trial=message.trial,
            model=lane.model.model_id,
            process=processes.current(),
        )
    except IntegrityError as error:
        raise busy([lane.letter]) from error


def all_of(message: Message) -> QuerySet[Message]:
    """It and its siblings."""
    alike = {"trials": message.trials} if message.trials else {"pk": message.pk}
    return Message.objects.filter(lane=message.lane_id, **alike)


def place_of(message: Message) -> str:
    """Among its siblings, as their bar says it; empty for a message that is alone."""
    ids = list(all_of(message).order_by("trial").values_list("pk", flat=True))
    return f"{ids.index(message.pk) + 1} of {len(ids)}" if len(ids) > 1 else ""


def after(message: Message) -> QuerySet[Message]:
    """What was said since it and its siblings were asked for."""
    last = all_of(message).order_by("-pk").first() or message
    return Message.objects.filter(lane=message.lane_id, pk__gt=last.pk)


@transaction.atomic
def choose(message: Message) -> Lane | None:
    """Its lane goes on with it; None: it does so already, as after a double click. Raises Refusal where the lane went
    on with another."""
    lane = locked(message.lane)
    if Message.objects.chosen().filter(pk=message.pk).exists():
        return None
    if after(message).exists():
        raise Refusal("went_on", WENT_ON)
    all_of(message).update(is_chosen=False)
    if not Message.objects.filter(pk=message.pk).update(is_chosen=True):
        raise gone()
    changed(lane)
    return lane


def pass_over_failed(lane: Lane) -> bool:
    """Of a locked lane all of whose trials have ended: if the chosen one failed with nothing said, the first that said
    something is gone on with.

    Returns whether it did.
    """
    last = lane.messages.chosen().last()
    if last is None or last.trials is None or not _said_nothing(last) or lane.answers.running().exists():
        return False
    follower = next((each for each in all_of(last).order_by("trial") if not _said_nothing(each)), None)
    if follower is None:
        return False
    choose(follower)
    return True


def _said_nothing(message: Message) -> bool:
    answer = message.made_by
    return answer is not None and answer.state == Answer.State.FAILED and not message.text and not message.calls


def remove(message: Message) -> None:
    """Of a locked lane. In place of the chosen one the first of the others is; but what the lane went on from, goes."""
    others = all_of(message).exclude(pk=message.pk)
    if message.is_chosen and after(message).exists():
        others.delete()
    follower = others.order_by("trial").first() if message.is_chosen else None
    message.delete()
    if follower is not None:
        Message.objects.filter(pk=follower.pk).update(is_chosen=True)
