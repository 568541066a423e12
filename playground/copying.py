"""A comparison of one's own like another: its lanes, their settings and all that was said, but nothing that runs."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from common.ids import uuid7
from playground.images import copying as images
from playground.models import Answer, Comparison, Lane, Message
from playground.models.comparisons import LONGEST_TITLE


@transaction.atomic
def duplicate(comparison: Comparison, user: User) -> Comparison:
    copy = Comparison.objects.create(
        project=comparison.project, created_by=user, title=f"Copy of {comparison}"[:LONGEST_TITLE]
    )
    lanes = list(comparison.lanes.open())
    messages = list(Message.objects.filter(lane__in=lanes).order_by("id"))
    answers = list(Answer.objects.filter(message__in=[message.pk for message in messages]))
    new_lane = _renewed(lanes)
    for lane in lanes:
        lane.comparison, lane.revision = copy, 0
    # In their order: the ids of messages are their order too.
    new_message = _renewed(messages)
    new_trials = {message.trials: uuid7() for message in messages if message.trials}
    for message in messages:
        message.lane_id = new_lane[message.lane_id]
        message.trials = new_trials[message.trials] if message.trials else None
    for answer in answers:
        answer.lane_id, answer.message_id = new_lane[answer.lane_id], new_message[answer.message_id]
        _rest(answer)
    Lane.objects.bulk_create(lanes)
    Message.objects.bulk_create(messages)
    Answer.objects.bulk_create(answers)
    images.copy(copy, new_message)
    return copy


def _renewed(rows: Iterable[Lane] | Iterable[Message]) -> dict[uuid.UUID, uuid.UUID]:
    """Gives each row an id of its own; from old ids to new ones."""
    renewed = {}
    for row in rows:
        renewed[row.pk] = row.pk = uuid7()
    return renewed


def _rest(answer: Answer) -> None:
    """Only the original goes on."""
    answer.process = None
    if answer.is_running:
        answer.state, answer.ended_at = Answer.State.STOPPED, timezone.now()
