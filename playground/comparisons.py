"""Starting a comparison of some models or saved ones, and naming it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count

from accounts.models import Project, User
from inference_catalog.models import Model
from playground.broadcast import tell
from playground.errors import Refusal
from playground.models import LETTERS, Comparison, Lane, Message
from playground.origin import NOTHING_TAKEN, SYSTEM, Taken
from playground.protocol import Title
from tracing.models import Object

RECENT = 20


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a lane is at first: a model, or what it takes of a saved one."""

    model: Model
    taken: Taken = NOTHING_TAKEN
    saved_model: Object | None = None

    @property
    def fields(self) -> dict[str, Any]:
        """Of its lane."""
        taken = self.taken
        of_taken = {"settings": {**taken.settings}, "system_prompt": taken.system_prompt, "trials": taken.trials}
        return {"model": self.model, "saved_model": self.saved_model, **of_taken}

    def is_as_begun(self, lane: Lane) -> bool:
        """Whether nobody has changed the lane, which began so."""
        is_plain = lane.is_traced and not lane.mocks and not lane.is_mocked and lane.closed_at is None
        said = [(message.role, message.text) for message in lane.messages.all()]
        now = (lane.model_id, lane.saved_model_id, lane.settings, lane.system_prompt, lane.trials)
        saved, taken = self.saved_model, self.taken
        begun = (self.model.pk, saved and saved.pk, taken.settings, taken.system_prompt, taken.trials)
        return is_plain and now == begun and said == _opening(taken)


def each_once(names: Sequence[str]) -> list[str]:
    """In the order asked for. Raises Refusal for more than a comparison has lanes."""
    wanted = list(dict.fromkeys(names))
    if len(wanted) > len(LETTERS):
        raise Refusal(
            "too_many_lanes", f"A comparison has at most {len(LETTERS)} lanes; {len(wanted)} models are named."
        )
    return wanted


def models_named(ids: Sequence[str], team_id: uuid.UUID) -> list[Model]:
    """Of those the team may call, in the order asked for, each once. Raises Refusal that names what there is not."""
    wanted = each_once(ids)
    names = [name for name in wanted if "\0" not in name]
    found = {model.model_id: model for model in Model.objects.listed(team_id).filter(model_id__in=names)}
    missing = [name for name in wanted if name not in found]
    if missing:
        raise Refusal("model_not_found", f"There is no model called {', '.join(missing)}.")
    return [found[name] for name in wanted]


def first_model(team_id: uuid.UUID) -> Model | None:
    """Whom to ask where nobody was named; None: nobody is there."""
    return Model.objects.listed(team_id).order_by("source", "name").first()


def start(user: User, project: Project, models: Sequence[Model]) -> Comparison:
    return start_as(user, project, [Beginning(model) for model in models])


def start_as(user: User, project: Project, lanes: Sequence[Beginning]) -> Comparison:
    """An untouched comparison of the same person and lanes is used again: asking twice makes no clutter."""
    return _untouched(user, project, lanes) or _start(user, project, lanes)


@transaction.atomic
def _start(user: User, project: Project, lanes: Sequence[Beginning]) -> Comparison:
    comparison = Comparison.objects.create(project=project, created_by=user)
    made = Lane.objects.bulk_create(
        Lane(comparison=comparison, letter=letter, **lane.fields) for letter, lane in zip(LETTERS, lanes, strict=False)
    )
    for lane, beginning in zip(made, lanes, strict=True):
        say(lane, beginning.taken)
    return comparison


def say(lane: Lane, taken: Taken) -> None:
    """What every conversation with that saved model begins with."""
    Message.objects.bulk_create(Message(lane=lane, role=role, text=text) for role, text in _opening(taken))


def _opening(taken: Taken) -> list[tuple[str, str]]:
    """Roles and texts."""
    return [
        (Message.Role.SYSTEM if message["role"] in SYSTEM else message["role"], message["content"])
        for message in taken.opening
    ]


def _untouched(user: User, project: Project, lanes: Sequence[Beginning]) -> Comparison | None:
    fresh = {"title": "", "draft": "", "is_pinned": False, "sharing": Comparison.Sharing.OFF, "images": None}
    mine = Comparison.objects.filter(project=project, created_by=user, **fresh).alias(said=Count("lanes__messages"))
    alike = mine.filter(said=sum(len(lane.taken.opening) for lane in lanes))
    for comparison in alike.prefetch_related("lanes__messages")[:RECENT]:
        there = comparison.lanes.all()
        if len(there) == len(lanes) and all(map(Beginning.is_as_begun, lanes, there)):
            return comparison
    return None


def rename(comparison: Comparison, title: str) -> None:
    comparison.write(title=title)
    tell(comparison.pk, Title(title=str(comparison)))
