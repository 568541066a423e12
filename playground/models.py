"""Comparisons: lanes side by side over one composer, kept on the server so that no tab can lose them."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Project, User
from common.ids import uuid7
from inference_catalog.models import Model

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
    #: Parameters of the request that differ from the provider's defaults, under their OpenAI names.
    settings = models.JSONField(default=dict, blank=True)
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

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.role}: {self.text[:60]}"


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

    def __str__(self) -> str:
        return f"{self.model} {self.state}"

    @property
    def is_running(self) -> bool:
        return self.state in self.RUNNING
