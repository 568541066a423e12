"""What was said in a lane, by people and models."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from common.ids import uuid7
from playground.errors import gone
from playground.images.rows import Attachment
from playground.models.comparisons import owned, seen
from playground.models.lanes import Lane
from playground.tool_calls import Call, awaited, calls_of

if TYPE_CHECKING:
    from playground.models.answers import Answer


class MessageQuerySet(models.QuerySet["Message"]):
    def for_user(self, user: User) -> Self:
        return self.filter(owned(user, "lane__comparison__"))

    def seen_by(self, user: User) -> Self:
        return self.filter(seen(user, "lane__comparison__"))

    def chosen(self) -> Self:
        """What their lanes go on with: without the trials that are not in use."""
        return self.filter(is_chosen=True)


class Message(models.Model):
    class Role(models.TextChoices):
        SYSTEM = "system", "System"
        USER = "user", "User"
        ASSISTANT = "assistant", "Assistant"

    #: Sorts by time, so it is the order of a lane's messages too.
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    lane = models.ForeignKey(Lane, models.CASCADE, related_name="messages")
    role = models.CharField(max_length=10, choices=Role)
    text = models.TextField(blank=True)
    #: The functions that it calls, with their results; see playground/tool_calls.py.
    tool_calls = models.JSONField(default=list, blank=True)
    #: The command that said it in this and other lanes: what is asked by one command is one turn.
    turn = models.UUIDField(null=True)
    #: Answers that were asked for at once have it in common; their lane goes on with the chosen one.
    trials = models.UUIDField(null=True)
    trial = models.PositiveSmallIntegerField(default=1)
    is_chosen = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    edited_at = models.DateTimeField(null=True)

    #: Set by Lane.transcript: of an assistant's message, of any.
    is_latest: bool = False
    is_last: bool = False
    #: Of one that was asked for with others: all of them. Set by playground/siblings.py.
    siblings: Sequence[Message] = ()

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("trials",), condition=Q(is_chosen=True, trials__isnull=False), name="one_chosen_trial"
            ),
            models.UniqueConstraint(
                fields=("trials", "trial"), condition=Q(trials__isnull=False), name="one_message_per_trial"
            ),
        )

    def __str__(self) -> str:
        return f"{self.role}: {self.text[:60]}"

    @property
    def images(self) -> list[Attachment]:
        return list(self.attachments.all())

    @property
    def images_left_out(self) -> bool:
        """Its lane's model is not given them."""
        return not self.lane.sees

    @property
    def made_by(self) -> Answer | None:
        """The completion that wrote it; None for what people wrote or edited."""
        return getattr(self, "answer", None)

    @property
    def calls(self) -> list[Call]:
        return calls_of(self.tool_calls)

    @property
    def is_awaiting(self) -> bool:
        """Its lane goes on when somebody gives a result; what was said since, or another trial, went on without."""
        return self.is_last and self.is_chosen and awaited(self.calls)

    def look_again(self) -> None:
        """For who has locked its lane since it was read. Raises Refusal if it is gone."""
        try:
            self.refresh_from_db(fields=["tool_calls", "is_chosen"])
        except Message.DoesNotExist as error:
            raise gone() from error

    def take_result(self, ids: Collection[str], result: str, by: str) -> None:
        """Of its calls with these ids."""
        calls = [replace(call, result=result, by=by) if call.id in ids else call for call in self.calls]
        self.tool_calls = [call.as_json() for call in calls]
        self.save(update_fields=["tool_calls"])
