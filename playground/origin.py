"""The saved model that a lane came from, beside what the lane has now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from inference_catalog.models import Model
from playground.inputs import UNREAD
from playground.parameters import APART, BY_NAME, MOST_TRIALS, sent
from tracing.errors import Invalid
from tracing.saved_models import finding
from tracing.saved_models.content import Content
from tracing.saved_models.finding import SavedModel

if TYPE_CHECKING:
    from playground.models import Lane

#: Whose words before all others are a lane's system prompt, and whose are messages of a lane.
SYSTEM, SPOKEN = ("system", "developer"), ("system", "developer", "user", "assistant")


@dataclass(frozen=True, slots=True)
class Taken:
    """What a lane takes of a saved model."""

    settings: dict[str, Any]
    system_prompt: str
    #: The messages that every conversation begins with.
    opening: list[dict[str, Any]]
    trials: int = 1
    #: Whether a lane sends them as the API does: it has one system prompt, and no role of developers.
    is_exact: bool = True

    @classmethod
    def of(cls, content: Content, messages: Sequence[dict[str, Any]]) -> Taken:
        """Raises Invalid for messages that a lane cannot show."""
        if any(message["role"] not in SPOKEN or not isinstance(message.get("content"), str) for message in messages):
            raise Invalid("has messages that are no plain text, or of tools: a lane cannot show them")
        system = list(takewhile(lambda message: message["role"] in SYSTEM, messages))
        settings = {name: value for name, value in content.parameters.items() if name in BY_NAME and name not in APART}
        prompt = "\n\n".join(message["content"] for message in system)
        taken = cls(settings, prompt, list(messages[len(system) :]), min(content.trials, MOST_TRIALS))
        return replace(taken, is_exact=taken.messages == list(messages))

    @property
    def messages(self) -> list[dict[str, Any]]:
        """As a lane of it sends them."""
        system = [{"role": "system", "content": self.system_prompt}] if self.system_prompt else []
        return [*system, *self.opening]


NOTHING_TAKEN = Taken({}, "", [])


@dataclass(frozen=True)
class Origin:
    saved: SavedModel
    lane: Lane

    @cached_property
    def taken(self) -> Taken | None:
        """None where nothing can be taken of it any more."""
        if self.saved.is_deleted or self.saved.content.fault:
            return None
        try:
            organization_id = self.lane.comparison.project.team.organization_id
            return Taken.of(self.saved.content, finding.messages(self.saved, organization_id))
        except Invalid:
            return None

    @property
    def is_changed(self) -> bool:
        """Whether the lane is another than one that was just made of it."""
        return self.taken is not None and (self.asks_otherwise or self.lane.trials != self.taken.trials)

    @cached_property
    def asks_otherwise(self) -> bool:
        """Whether the lane's requests are others than those of a lane that was just made of it."""
        taken, lane = self.taken, self.lane
        if taken is None:
            return False
        settings = sent(lane.settings, lane.model)
        now = (lane.model.model_id, settings, lane.system_prompt)
        return now != (self.saved.content.model, sent(taken.settings, lane.model), taken.system_prompt)

    @property
    def reference(self) -> str:
        """Of the version whose words the lane's requests are; empty if they are its own."""
        return "" if self.taken is None or self.asks_otherwise else self.saved.ref

    def by_name(self, body: Mapping[str, Any]) -> dict[str, Any] | None:
        """The request by the saved model's name; None where that would ask something else."""
        if self.taken is None or not self.taken.is_exact:
            return None
        opening, messages = self.taken.messages, body["messages"]
        parameters = {name: value for name, value in body.items() if name not in UNREAD}
        same = (body["model"], parameters) == (self.saved.content.model, self.saved.content.parameters)
        if not same or messages[: len(opening)] != opening or len(messages) == len(opening):
            return None
        rest = {name: value for name, value in body.items() if name in UNREAD}
        return {**rest, "model": self.saved.versioned_id, "messages": messages[len(opening) :]}


def content_of(lane: Lane, origin: Origin | None = None) -> Content:
    """What is saved of a lane; what a lane has no place for is kept from the version that it came from."""
    settings = sent(lane.settings, lane.model)
    system = ({"role": "system", "content": lane.system_prompt},) if lane.system_prompt else ()
    if origin is None or origin.taken is None:
        return Content(lane.model.model_id, settings, system, trials=lane.trials)
    was, taken = origin.saved.content, origin.taken
    kept = {name: value for name, value in was.parameters.items() if name not in BY_NAME}
    content = replace(was, model=lane.model.model_id, parameters={**settings, **kept}, trials=lane.trials)
    if lane.system_prompt == taken.system_prompt:
        return content
    return replace(content, messages=(*system, *taken.opening), prompt="")


def offered(saved: SavedModel, models: Mapping[str, Model]) -> str:
    """Why a lane cannot be made of it, of these models: a predicate; empty if it can."""
    if saved.content.fault:
        return saved.content.fault
    return "" if saved.content.model in models else f"asks {saved.content.model}, which is not here"
