"""A lane: one model with its settings, and the conversation with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property

from accounts.models import User
from common.ids import uuid7
from inference_catalog.models import Model
from playground.models.comparisons import Comparison, owned, seen
from playground.origin import Origin
from playground.parameters import PARAMETERS, takes
from playground.siblings import mark_end, together
from tracing.models import Object
from tracing.saved_models.finding import SavedModel

if TYPE_CHECKING:
    from playground.models.answers import Answer
    from playground.models.messages import Message, MessageQuerySet

LETTERS = "ABCDEFGH"


class LaneQuerySet(models.QuerySet["Lane"]):
    def for_user(self, user: User) -> Self:
        return self.filter(owned(user, "comparison__"))

    def seen_by(self, user: User) -> Self:
        return self.filter(seen(user, "comparison__"))

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
    #: Results of functions by their names, to be given again; see playground/mocks.py.
    mocks = models.JSONField(default=dict, blank=True)
    #: Whether Lineup gives them by itself.
    is_mocked = models.BooleanField(default=False)
    #: How many answers it is asked for at once.
    trials = models.PositiveSmallIntegerField(default=1)
    #: The version of a saved model that it was made of or saved as; it stays as it is whatever becomes of that.
    saved_model = models.ForeignKey(Object, models.SET_NULL, null=True, related_name="+")
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
        messages = together(self.shown_messages())
        mark_end(messages)
        return messages

    def shown_messages(self) -> MessageQuerySet:
        """All its messages, with what is shown of them."""
        shown = self.messages.select_related("answer").defer("answer__request")
        return shown.prefetch_related("attachments__image")

    @cached_property
    def last_answer(self) -> Answer | None:
        return (
            self.answers.filter(message__is_chosen=True)
            .select_related("message")
            .defer("request")
            .order_by("-pk")
            .first()
        )

    @cached_property
    def _writing(self) -> list[str]:
        """The states of the answers that are being written: several, where it was asked for several at once."""
        return list(self.answers.running().values_list("state", flat=True))

    @property
    def state(self) -> str:
        """What its last answer is doing, or the one of its trials that is furthest; "idle" where none was asked for."""
        rest = self.last_answer.state if self.last_answer else "idle"
        return max(self._writing, key=self.answers.model.RUNNING.index, default=rest)

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
    def sees(self) -> bool:
        return takes(self.model, "vision")

    @property
    def origin(self) -> Origin | None:
        """What it was made of; as it is now, so it is asked for once in a while."""
        return Origin(SavedModel(self.saved_model, self.saved_model.project.path), self) if self.saved_model else None

    @property
    def title(self) -> str:
        saved = self.saved_model
        return f"{saved.object_id}:v{saved.version}" if saved else self.model.name

    @property
    def label(self) -> str:
        return f"Lane {self.letter}: {self.title}"

    @property
    def calls_nothing(self) -> bool:
        """Its model is known to call no functions."""
        return not takes(self.model, "tools")

    @property
    def is_customized(self) -> bool:
        is_plain = self.is_traced and not self.is_mocked and self.trials == 1
        return bool(self.settings or self.system_prompt or self.mocks or not is_plain)

    @property
    def customized(self) -> list[str]:
        """Labels of the parameters that are set."""
        values = {
            **self.settings,
            "system_prompt": self.system_prompt,
            "is_traced": None if self.is_traced else False,
            "mocks": self.mocks or None,
            "is_mocked": self.is_mocked or None,
            "trials": self.trials if self.trials > 1 else None,
        }
        return [one.label for one in PARAMETERS if values.get(one.name) not in (None, "", [])]

    def take_settings(self, changes: dict[str, Any]) -> None:
        """By parameter; None for what is no longer set. What is not named stays as it is."""
        rest = dict(changes)
        self.system_prompt = (rest.pop("system_prompt") or "") if "system_prompt" in rest else self.system_prompt
        self.is_traced = rest.pop("is_traced") is not False if "is_traced" in rest else self.is_traced
        self.mocks = (rest.pop("mocks") or {}) if "mocks" in rest else self.mocks
        self.is_mocked = bool(rest.pop("is_mocked")) if "is_mocked" in rest else self.is_mocked
        self.trials = (rest.pop("trials") or 1) if "trials" in rest else self.trials
        self.settings = {name: value for name, value in {**self.settings, **rest}.items() if value is not None}
        self.save(update_fields=["settings", "system_prompt", "is_traced", "mocks", "is_mocked", "trials"])
