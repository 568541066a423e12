"""Comparisons: lanes side by side over one composer, kept on the server so that no tab can lose them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from accounts.models import Project, User
from common.ids import uuid7
from inference_catalog.models import Model
from playground.errors import Cause
from playground.inputs import Input
from playground.parameters import PARAMETERS, sent
from playground.siblings import together
from playground.structure import Verdict, format_of

LETTERS = "ABCDEFGH"


def owned(user: User, path: str = "") -> Q:
    """What a person may change of comparisons, `path` being the way to them: their own, as long as they are members."""
    return Q((f"{path}created_by", user), (f"{path}project__team__organization__memberships__user", user))


def seen(user: User, path: str = "") -> Q:
    """What a person may read: their own, and what members of their organizations share."""
    is_theirs = Q((f"{path}created_by", user)) | ~Q((f"{path}sharing", Comparison.Sharing.OFF))
    return is_theirs & Q((f"{path}project__team__organization__memberships__user", user))


class ComparisonQuerySet(models.QuerySet["Comparison"]):
    def for_user(self, user: User) -> Self:
        return self.filter(owned(user))

    def seen_by(self, user: User) -> Self:
        return self.filter(seen(user))


class Comparison(models.Model):
    class Sharing(models.TextChoices):
        """What other members of the organization may do."""

        OFF = "", "Nobody else"
        READ = "read", "The organization can read"
        COPY = "copy", "The organization can read and copy"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    project = models.ForeignKey(Project, models.CASCADE, related_name="comparisons")
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="comparisons")
    title = models.CharField(max_length=120, blank=True)
    #: What is typed but not sent.
    draft = models.TextField(blank=True)
    is_pinned = models.BooleanField(default=False)
    sharing = models.CharField(max_length=4, choices=Sharing, default=Sharing.OFF, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now)

    objects = ComparisonQuerySet.as_manager()

    class Meta:
        ordering = ("-updated_at",)
        indexes = (
            models.Index(fields=("project", "created_by", "-is_pinned", "-updated_at", "-id"), name="own_comparisons"),
            models.Index(
                fields=("project", "-updated_at", "-id"),
                name="shared_comparisons",
                condition=Q(sharing__in=("read", "copy")),
            ),
        )

    def __str__(self) -> str:
        return self.title or "New comparison"

    def get_absolute_url(self) -> str:
        return reverse("comparison", args=[self.pk])

    def is_owned_by(self, user: User) -> bool:
        return self.created_by_id == user.pk

    def may_be_copied_by(self, user: User) -> bool:
        """By one who may read it."""
        return self.is_owned_by(user) or self.sharing == self.Sharing.COPY

    @property
    def is_shared(self) -> bool:
        return self.sharing != self.Sharing.OFF

    @property
    def owner(self) -> str:
        return str(self.created_by) if self.created_by else "Somebody who left"


class LaneQuerySet(models.QuerySet["Lane"]):
    def for_user(self, user: User) -> Self:
        return self.filter(owned(user, "comparison__"))

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
    #: Whether its answers are among the project's traces.
    is_traced = models.BooleanField(default=True)
    #: How many answers it is asked for at once.
    trials = models.PositiveSmallIntegerField(default=1)
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
        """What it goes on with, in order; each assistant's one knows whether it is the `latest`, and its `siblings`."""
        messages = together(list(self.messages.select_related("answer").defer("answer__request")))
        latest = next((message for message in reversed(messages) if message.role == Message.Role.ASSISTANT), None)
        for message in messages:
            message.is_latest = message is latest
        return messages

    @cached_property
    def last_answer(self) -> Answer | None:
        return self.answers.filter(message__is_chosen=True).order_by("-pk").first()

    @cached_property
    def _writing(self) -> list[str]:
        """The states of the answers that are being written: several, where it was asked for several at once."""
        return list(self.answers.running().values_list("state", flat=True))

    @property
    def state(self) -> str:
        """What its last answer is doing, or the one of its trials that is furthest; "idle" where none was asked for."""
        rest = self.last_answer.state if self.last_answer else "idle"
        return max(self._writing, key=Answer.RUNNING.index, default=rest)

    @property
    def is_running(self) -> bool:
        return bool(self._writing)

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
        return bool(self.settings or self.system_prompt or not self.is_traced or self.trials > 1)

    @property
    def customized(self) -> list[str]:
        """Labels of the parameters that are set."""
        values = {**self.settings, "system_prompt": self.system_prompt, "is_traced": None if self.is_traced else False}
        values["trials"] = self.trials if self.trials > 1 else None
        return [one.label for one in PARAMETERS if values.get(one.name) not in (None, "", [])]

    def take_settings(self, changes: dict[str, Any]) -> None:
        """By parameter; None for what is no longer set. What is not named stays as it is."""
        rest = dict(changes)
        self.system_prompt = (rest.pop("system_prompt") or "") if "system_prompt" in rest else self.system_prompt
        self.is_traced = rest.pop("is_traced") is not False if "is_traced" in rest else self.is_traced
        self.trials = (rest.pop("trials") or 1) if "trials" in rest else self.trials
        self.settings = {name: value for name, value in {**self.settings, **rest}.items() if value is not None}
        self.save(update_fields=["settings", "system_prompt", "is_traced", "trials"])


class MessageQuerySet(models.QuerySet["Message"]):
    def for_user(self, user: User) -> Self:
        return self.filter(owned(user, "lane__comparison__"))

    def seen_by(self, user: User) -> Self:
        return self.filter(seen(user, "lane__comparison__"))


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
    #: The command that said it in this and other lanes: what is asked by one command is one turn.
    turn = models.UUIDField(null=True)
    #: Answers that were asked for at once have it in common; their lane goes on with the chosen one.
    trials = models.UUIDField(null=True)
    trial = models.PositiveSmallIntegerField(default=1)
    is_chosen = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    edited_at = models.DateTimeField(null=True)

    #: Set by Lane.transcript.
    is_latest: bool = False
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
    def made_by(self) -> Answer | None:
        """The completion that wrote it; None for what people wrote or edited."""
        return getattr(self, "answer", None)


class AnswerQuerySet(models.QuerySet["Answer"]):
    def seen_by(self, user: User) -> Self:
        return self.filter(seen(user, "message__lane__comparison__"))

    def running(self) -> Self:
        return self.filter(state__in=Answer.RUNNING)

    def remember_input(self, body: dict[str, Any]) -> None:
        given = Input.of(body)
        self.update(fingerprint=given.fingerprint, input_parts=given.parts)


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
            # The message's lane is at hand wherever a transcript is shown; the answer's own would be asked for.
            lane = self.message.lane
            kind = format_of(sent(lane.settings, lane.model))
            return Verdict(kind, "growing") if kind else None
        return Verdict(**self.structure) if self.structure else None

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
