"""Lanes saved as models, and made of saved ones: each is an object of Weave, and the lane knows which."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from django.db import transaction

from accounts.models import Project, User
from inference_catalog.models import Model
from playground.comparisons import Beginning, each_once, models_named, say, start_as
from playground.errors import Refusal
from playground.lanes import changed, free, locked, open_lane
from playground.models import Comparison, Lane
from playground.origin import Taken, content_of, offered
from tracing import publishing
from tracing.errors import Invalid, Missing
from tracing.models import Object
from tracing.pages.spaces import Visitor
from tracing.saved_models import finding
from tracing.saved_models.content import value_of
from tracing.saved_models.finding import SavedModel

LONGEST_NAME = 128
#: Of a refusal after which the dialog offers the next version of that name.
NAME_TAKEN = "name_taken_by_model"
#: What Weave's client leaves as it is when it publishes: letters of any script are letters.
_NAME = re.compile(r"[^\W_]+(?:[._-][^\W_]+)*")


def checked_name(name: str) -> str:
    """Raises Refusal."""
    if not name:
        raise Refusal("bad_name", "A saved model needs a name.")
    if len(name) > LONGEST_NAME:
        raise Refusal("bad_name", f"A name has at most {LONGEST_NAME} characters; this one has {len(name)}.")
    if "\0" in name:
        raise Refusal("bad_name", "A name cannot contain the character NUL.")
    if not _NAME.fullmatch(name):
        raise Refusal(
            "bad_name",
            "A name is made of letters and digits, with single dots, dashes or underscores between them.",
        )
    return name


def taken_by(project: Project, name: str) -> Object | None:
    """What is published under that name already."""
    return Object.objects.filter(project=project, object_id=name).kept().order_by("-version").first()


@transaction.atomic
def save(lane: Lane, user: User, name: str, *, is_next: bool = False) -> SavedModel:
    """As a new saved model; `is_next`, also as the next version of one that there is. Raises Refusal."""
    project = lane.comparison.project
    there = taken_by(project, checked_name(name))
    if there is not None and finding.is_saved_model(there) and not is_next:
        raise Refusal(NAME_TAKEN, f"There is a saved model called {name} already, at v{there.version}.")
    if there is not None and not finding.is_saved_model(there):
        raise Refusal("name_taken", f"Something else in {project.path} is called {name}: {there.sort.lower()}.")
    return _publish(lane, user, project, name, is_own=True)


@transaction.atomic
def update(lane: Lane, user: User) -> SavedModel:
    """As the next version of what the lane came from; the version that has this content, if one has. Raises Refusal."""
    origin = lane.origin
    if origin is None or origin.saved.is_deleted:
        raise Refusal("no_saved_model", "The saved model of this lane is gone. Save the lane under a name instead.")
    if not origin.is_changed:
        raise Refusal("not_changed", f"Nothing differs from {origin.saved.label}, so there is nothing to save.")
    return _publish(lane, user, origin.saved.object.project, origin.saved.name, is_own=False)


def _publish(lane: Lane, user: User, project: Project, name: str, *, is_own: bool) -> SavedModel:
    held = locked(lane)
    content = content_of(held, held.origin)
    content = replace(content, title=name) if is_own or content.title is None else content
    visitor = Visitor(user)
    try:
        found = publishing.publish(visitor, visitor.space(project.path), name, value_of(content), None)
    except (Missing, Invalid) as error:
        raise Refusal("not_saved", f"It cannot be saved: {error.message}") from error
    held.saved_model = found
    held.save(update_fields=["saved_model"])
    changed(held)
    lane.saved_model, lane.revision = found, held.revision
    return SavedModel(found, project.path)


def named(name: str, project: Project) -> SavedModel | None:
    """The one that is called so, where no model is. Raises Refusal for a version that there is not."""
    if not finding.has_the_form(name) or Model.objects.of(project.team_id).filter(model_id=name).exists():
        return None
    try:
        return finding.find(project.team.organization_id, name)
    except Missing as missing:
        gone = "was deleted" if missing.deleted_at else "is not there"
        raise Refusal("saved_model_not_found", f"{name} {gone}.") from missing


def _all_named(names: Sequence[str], project: Project) -> list[Model | SavedModel]:
    """Models and saved ones, in the order asked for, each once. Raises Refusal that names what there is not."""
    wanted = each_once(names)
    saved = {name: one for name in wanted if (one := named(name, project))}
    models = iter(models_named([name for name in wanted if name not in saved], project.team_id))
    return [saved.get(name) or next(models) for name in wanted]


def _beginning(saved: SavedModel, project: Project) -> Beginning:
    models = Model.objects.listed(project.team_id).filter(model_id=saved.content.model).in_bulk(field_name="model_id")
    try:
        if fault := offered(saved, models):
            raise Invalid(fault)
        taken = Taken.of(saved.content, finding.messages(saved, project.team.organization_id))
    except Invalid as invalid:
        raise Refusal("saved_model_faulty", f"{saved.label} cannot be used here: it {invalid.message}.") from invalid
    return Beginning(models[saved.content.model], taken, saved.object)


@transaction.atomic
def open_saved(comparison: Comparison, saved: SavedModel) -> Lane:
    beginning = _beginning(saved, comparison.project)
    lane = open_lane(comparison, **beginning.fields)
    say(lane, beginning.taken)
    return lane


@transaction.atomic
def choose(lane: Lane, saved: SavedModel) -> Lane:
    """The lane is that one from now on, and keeps what was said; if nothing was, it begins as the saved one does."""
    held = free(lane)
    _set(held, saved)
    return held


@transaction.atomic
def reset(lane: Lane) -> Lane:
    """To the version that it came from."""
    held = free(lane)
    if held.origin is None or held.origin.saved.is_deleted:
        raise Refusal("no_saved_model", "The saved model of this lane is gone, so there is nothing to go back to.")
    _set(held, held.origin.saved)
    return held


def _set(lane: Lane, saved: SavedModel) -> None:
    beginning = _beginning(saved, lane.comparison.project)
    for name, value in beginning.fields.items():
        setattr(lane, name, value)
    lane.save(update_fields=list(beginning.fields))
    if not lane.messages.exists():
        say(lane, beginning.taken)
    changed(lane)


def start_saved(user: User, project: Project, name: str) -> Comparison:
    """A comparison of that one. Raises Refusal."""
    saved = named(name, project)
    if saved is None:
        raise Refusal("saved_model_not_found", f"There is no saved model called {name[:300]}.")
    return start_as(user, project, [_beginning(saved, project)])


def start_named(user: User, project: Project, names: Sequence[str]) -> Comparison:
    """A comparison of these models and saved ones. Raises Refusal."""
    lanes = [
        _beginning(one, project) if isinstance(one, SavedModel) else Beginning(one)
        for one in _all_named(names, project)
    ]
    return start_as(user, project, lanes)
