"""How models came to what they said."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from playground.errors import Cause
from playground.inputs import Input
from playground.models.comparisons import seen
from playground.models.lanes import Lane
from playground.models.messages import Message
from playground.parameters import sent
from playground.structure import Verdict, format_of, watched_schema


class AnswerQuerySet(models.QuerySet["Answer"]):
    def seen_by(self, user: User) -> Self:
        return self.filter(seen(user, "message__lane__comparison__"))

    def running(self) -> Self:
        return self.filter(state__in=Answer.RUNNING)

    def remember_input(self, body: dict[str, Any], images_left_out: int = 0) -> None:
        given = Input.of(body)
        self.update(fingerprint=given.fingerprint, input_parts=given.parts, images_left_out=images_left_out)


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
    #: Its message's: of the answers that its lane is asked for at once, each may run once.
    trial = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    model = models.CharField(max_length=200)
    provider = models.CharField(max_length=100, blank=True)
    is_simulated = models.BooleanField(default=False)
    completion_id = models.UUIDField(null=True, db_index=True)
    #: Its call; None: it was not traced.
    trace_id = models.UUIDField(null=True)
    reasoning = models.TextField(blank=True)
    #: The request as it was sent to the provider, headers masked.
    request = models.JSONField(null=True)
    #: Of the messages and parameters that its lane asked with, and of each of them; see playground/inputs.py.
    fingerprint = models.CharField(max_length=12, blank=True)
    input_parts = models.TextField(blank=True)
    #: Images of the messages before it that its model was not given, for it cannot see.
    images_left_out = models.PositiveSmallIntegerField(default=0, db_default=0)
    #: When its steps began, and its provider's pauses; see playground/timeline.py.
    timeline = models.JSONField(null=True)
    #: The process that writes it; when that is dead, nobody does.
    process = models.UUIDField(null=True)
    finish_reason = models.CharField(max_length=30, blank=True)
    #: Whether its text is the JSON that was asked for, as playground/structure.py says it; None: text was asked for.
    structure = models.JSONField(null=True)
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
                fields=("lane", "trial"),
                condition=Q(state__in=("queued", "connecting", "thinking", "streaming")),
                name="one_running_answer_per_trial",
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
    def verdict(self) -> Verdict | None:
        """What its text was found to be; while it is written, that it is not finished."""
        if self.is_running:
            kind = format_of(self._settings)
            return Verdict(kind, "growing") if kind else None
        return Verdict(**self.structure) if self.structure else None

    @property
    def watched_schema(self) -> str:
        """What its text is read against while it is written; see playground/structure.py."""
        return watched_schema(self._settings)

    @property
    def _settings(self) -> dict[str, Any]:
        """With which it is asked for while it runs."""
        # The message's lane is at hand wherever a transcript is shown; the answer's own would be asked for.
        lane = self.message.lane
        return sent(lane.settings, lane.model)

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
