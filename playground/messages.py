"""Changing what was said in a lane; refused while that lane is answering."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from playground.lanes import changed, free
from playground.models import Answer, Attachment, Lane, Message
from playground.trials import remove


@transaction.atomic
def edit(message: Message, text: str, keep: Collection[Attachment] = ()) -> Lane:
    """Of its images these stay. An edited answer is a message like any other: its figures were of another text."""
    lane = free(message.lane)
    message.look_again()
    Answer.objects.filter(message=message).delete()
    message.attachments.exclude(pk__in=[attachment.pk for attachment in keep]).delete()
    message.text, message.edited_at = text, timezone.now()
    message.save(update_fields=["text", "edited_at"])
    changed(lane)
    return lane


@transaction.atomic
def delete(message: Message) -> Lane:
    lane = free(message.lane)
    message.look_again()
    remove(message)
    changed(lane)
    return lane


@transaction.atomic
def clear(lane: Lane) -> Lane:
    held = free(lane)
    held.messages.all().delete()
    changed(held)
    return held
