"""Comparisons: lanes side by side over one composer, kept on the server so that no tab can lose them."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from accounts.models import Project, User
from common.ids import uuid7
from inference_catalog.models import Model
from playground.errors import Cause

LETTERS = "ABCDEFGH"


class ComparisonQuerySet(models.QuerySet["Comparison"]):
    def for_user(self, user: User) -> Self:
        return self.filter(project__team__organization__memberships__user=user)


class Comparison(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    project = models.ForeignKey(Project, models.CASCADE, related_name="comparisons")
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="comparisons")
    title = models.CharField(max_length=120, blank=True)
    #: What is typed but not sent.
    draft = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now)

    objects = ComparisonQuerySet.as_manager()

    class Meta:
        ordering = ("-updated_at",)

    def __str__(self) -> str:
        return self.title or "New comparison"

    def get_absolute_url(self) -> str:
        return reverse("comparison", args=[self.pk])


class LaneQuerySet(models.QuerySet["Lane"]):
    def for_user(self, user: User) -> Self:
        return self.filter(comparison__project__team__organization__memberships__user=user)

    def open(self) -> Self:
        return self.filter(closed_at=None)


class Lane(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    comparison = models.ForeignKey(Comparison, models.CASCADE, related_name="lanes")
    letter = models.CharField(max_length=1)
    model = models.ForeignKey(Model, models.PROTECT, related_name="+")
    system_prompt = models.TextField(blank=True)
    #: Parameters of the request that differ from the provider's defaults, under their OpenAI names.
    settings = models.JSONField(default=dict, blank=True)
    #: Counts the changes of its transcript, so that a tab knows whether it has them all.
    revision = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    closed_at = models.DateTimeField(null=True)

    objects = LaneQuerySet.as_manager()

    class Meta:
        ordering = ("letter",)
        constraints = (
            models.UniqueConstraint(
                fields=("comparison", "letter"), condition=Q(closed_at=None), name="one_open_lane_per_letter"
            ),
        )

    def __str__(self) -> str:
        return f"{self.letter}: {self.model_id}"

    def transcript(self) -> list[Message]:
        """Its messages in order; each assistant's one knows whether it is the `latest`."""
        messages = list(self.messages.select_related("answer"))
        latest = next((message for message in reversed(messages) if message.role == Message.Role.ASSISTANT), None)
        for message in messages:
            message.is_latest = message is latest
        return messages

    @cached_property
    def last_answer(self) -> Answer | None:
        return self.answers.order_by("-pk").first()

    @property
    def state(self) -> str:
        """What its last answer is doing; "idle" where none was asked for."""
        return self.last_answer.state if self.last_answer else "idle"

    @property
    def is_running(self) -> bool:
        return self.last_answer is not None and self.last_answer.is_running

    @cached_property
    def _answerer(self) -> tuple[str, bool]:
        """Who answered last, else who would; and whether that is the simulator."""
        last = self.last_answer
        if last and last.provider and last.model == self.model.model_id:
            return last.provider, last.is_simulated
        offering = self.model.offerings.open().first()
        return (offering.provider.name, offering.provider.is_simulated) if offering else ("No provider", False)

    @property
    def provider(self) -> str:
        return self._answerer[0]

    @property
    def is_simulated(self) -> bool:
        return self._answerer[1]

    @property
    def label(self) -> str:
        return f"Lane {self.letter}: {self.model.name}"

    @property
    def is_customized(self) -> bool:
        return bool(self.settings or self.system_prompt)


class MessageQuerySet(models.QuerySet["Message"]):
    def for_user(self, user: User) -> Self:
        return self.filter(lane__comparison__project__team__organization__memberships__user=user)


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
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    edited_at = models.DateTimeField(null=True)

    #: Set by Lane.transcript.
    is_latest: bool = False

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.role}: {self.text[:60]}"

    @property
    def made_by(self) -> Answer | None:
        """The completion that wrote it; None for what people wrote or edited."""
        return getattr(self, "answer", None)


class AnswerQuerySet(models.QuerySet["Answer"]):
    def for_user(self, user: User) -> Self:
        return self.filter(message__lane__comparison__project__team__organization__memberships__user=user)

    def running(self) -> Self:
        return self.filter(state__in=Answer.RUNNING)


class Answer(models.Model):
    """How an assistant's message came about: one completion, what it was asked with and what it took."""

    class State(models.TextChoices):
        QUEUED = "queued", "Queued"
        CONNECTING = "connecting", "Connecting"
        THINKING = "thinking", "Thinking"
        STREAMING = "streaming", "Streaming"
        DONE = "done", "Done"
        STOPPED = "stopped", "Stopped"
        FAILED = "failed", "Failed"

    RUNNING = (State.QUEUED, State.CONNECTING, State.THINKING, State.STREAMING)

    message = models.OneToOneField(Message, models.CASCADE, primary_key=True, related_name="answer")
    lane = models.ForeignKey(Lane, models.CASCADE, related_name="answers")
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    model = models.CharField(max_length=200)
    provider = models.CharField(max_length=100, blank=True)
    is_simulated = models.BooleanField(default=False)
    completion_id = models.UUIDField(null=True, db_index=True)
    trace_id = models.UUIDField(null=True)
    reasoning = models.TextField(blank=True)
    #: The request as it was sent to the provider, headers masked.
    request = models.JSONField(null=True)
    #: The process that writes it; when that is dead, nobody does.
    process = models.UUIDField(null=True)
    finish_reason = models.CharField(max_length=30, blank=True)
    error = models.JSONField(null=True)
    prompt_tokens = models.PositiveIntegerField(null=True)
    completion_tokens = models.PositiveIntegerField(null=True)
    reasoning_tokens = models.PositiveIntegerField(null=True)
    #: "reported", "estimated" or "checkpoint", as in billing.
    certainty = models.CharField(max_length=10, blank=True)
    #: Pico-USD.
    cost = models.BigIntegerField(null=True)
    ttft_ms = models.PositiveIntegerField(null=True)
    thinking_ms = models.PositiveIntegerField(null=True)
    duration_ms = models.PositiveIntegerField(null=True)
    started_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    objects = AnswerQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("lane",),
                condition=Q(state__in=("queued", "connecting", "thinking", "streaming")),
                name="one_running_answer_per_lane",
            ),
        )

    def __str__(self) -> str:
        return f"{self.model} {self.state}"

    @property
    def is_running(self) -> bool:
        return self.state in self.RUNNING

    @property
    def cause(self) -> Cause | None:
        """Who caused its error."""
        return Cause(self.error["who"]) if self.error else None

    @property
    def is_estimated(self) -> bool:
        return self.certainty not in ("", "reported")

    @property
    def about(self) -> str:
        """Stands before figures that nobody reported."""
        return "~" if self.is_estimated else ""

    @property
    def tokens_per_second(self) -> float | None:
        """Of the generation itself: the wait for the first token is left out."""
        if not self.completion_tokens or self.ttft_ms is None or self.duration_ms is None:
            return None
        generating = self.duration_ms - self.ttft_ms
        return self.completion_tokens * 1000 / generating if generating > 0 else None


class Command(models.Model):
    """A command that was carried out: a repeated one changes nothing."""

    #: Made of the id that its tab gave it and of the comparison's, so that no tab can take another's.
    id = models.UUIDField(primary_key=True, editable=False)
    comparison = models.ForeignKey(Comparison, models.CASCADE, related_name="commands")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return str(self.id)
