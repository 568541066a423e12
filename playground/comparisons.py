"""Starting a comparison of some models, and naming it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts.models import Project, User
from inference_catalog.models import Model
from playground.broadcast import tell
from playground.errors import Refusal
from playground.models import LETTERS, Comparison, Lane, Message
from playground.protocol import Title

RECENT = 20


def models_named(ids: Sequence[str], team_id: uuid.UUID) -> list[Model]:
    """Of those the team may call, in the order asked for, each once. Raises Refusal that names what there is not."""
    wanted = list(dict.fromkeys(ids))
    if len(wanted) > len(LETTERS):
        raise Refusal(
            "too_many_lanes", f"A comparison has at most {len(LETTERS)} lanes; {len(wanted)} models are named."
        )
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
    """An untouched comparison of the same person and models is used again: asking twice makes no clutter."""
    return _untouched(user, project, models) or _start(user, project, models)


@transaction.atomic
def _start(user: User, project: Project, models: Sequence[Model]) -> Comparison:
    comparison = Comparison.objects.create(project=project, created_by=user)
    Lane.objects.bulk_create(
        Lane(comparison=comparison, letter=letter, model=model) for letter, model in zip(LETTERS, models, strict=False)
    )
    return comparison


def _untouched(user: User, project: Project, models: Sequence[Model]) -> Comparison | None:
    messages = Message.objects.filter(lane__comparison=OuterRef("pk"))
    fresh = {"title": "", "draft": "", "is_pinned": False, "sharing": Comparison.Sharing.OFF, "images": None}
    empty = Comparison.objects.filter(~Exists(messages), project=project, created_by=user, **fresh)
    wanted = [model.pk for model in models]
    for comparison in empty.prefetch_related("lanes")[:RECENT]:
        lanes = comparison.lanes.all()
        if [lane.model_id for lane in lanes] == wanted and not any(
            lane.is_customized or lane.closed_at for lane in lanes
        ):
            return comparison
    return None


def rename(comparison: Comparison, title: str) -> None:
    comparison.write(title=title)
    tell(comparison.pk, Title(title=str(comparison)))
