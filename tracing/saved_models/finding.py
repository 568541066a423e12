"""Saved models by their names: `team/project/name`, the latest, or `team/project/name:v3`, a digest or an alias.

The organization is the door: its people open all of its projects, as they do through the trace server.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

from django.db.models import F

from accounts.models import Project
from common.texts import storable
from tracing import json_text, publishing
from tracing.errors import Invalid, Missing
from tracing.json_values import JsonText
from tracing.models import Object
from tracing.models.objects import ObjectQuerySet
from tracing.prompts import messages_of
from tracing.refs import SCHEME
from tracing.saved_models.content import SAVED_MODEL, Content, misfit_in, read
from tracing.visits import Space

MOST_LISTED = 1000

_NAME = re.compile(r"([^/:\0]+/[^/:\0]+)/([^/:\0]{1,256})(?::([^/:\0]{1,256}))?\Z")


#: Characters: reading a thousand of them again for every list would take longer than finding them.
LONGEST_REMEMBERED = 20_000


@lru_cache(maxsize=2_000)
def _remembered(text: str) -> Content:
    return read(json_text.load(text))


@dataclass(frozen=True)
class SavedModel:
    """One version of one."""

    object: Object
    #: Of its project.
    path: str
    #: What stands for its content, where that is too long to be read for a list.
    outline: Content | None = None

    @cached_property
    def content(self) -> Content:
        if self.outline is not None:
            return self.outline
        text = self.object.val
        return _remembered(text) if len(text) < LONGEST_REMEMBERED else read(json_text.load(text))

    @property
    def name(self) -> str:
        return self.object.object_id

    @property
    def version(self) -> str:
        return f"v{self.object.version}"

    @property
    def label(self) -> str:
        """As its own project's people call it."""
        return f"{self.name}:{self.version}"

    @property
    def model_id(self) -> str:
        """What the API calls the latest version."""
        return f"{self.path}/{self.name}"

    @property
    def versioned_id(self) -> str:
        return f"{self.path}/{self.label}"

    @property
    def ref(self) -> str:
        return f"{SCHEME}{self.path}/object/{self.name}:{self.object.digest}"

    @property
    def is_deleted(self) -> bool:
        return self.object.deleted_at is not None


@dataclass(frozen=True, slots=True)
class Inside:
    """Whom references are followed for: somebody of this organization."""

    organization_id: uuid.UUID

    def space(self, path: str) -> Space:
        """Raises Missing. It is for reading: nobody is named who would write."""
        projects = Project.objects.filter(team__organization=self.organization_id).at(path)
        project_id = projects.values_list("pk", flat=True).first()
        if project_id is None:
            raise Missing(f"There is no project '{path[:200]}'.")
        return Space(project_id, path, 0)


def is_saved_model(found: Object) -> bool:
    return found.leaf_class == SAVED_MODEL and found.base_class == "Model"


def has_the_form(name: str) -> bool:
    return _NAME.match(name) is not None


def find(organization_id: uuid.UUID, name: str) -> SavedModel | None:
    """None where no saved model has that name. Raises Missing for a version that there is not, or not any more."""
    match = _NAME.match(name)
    if match is None or storable(name) != name:
        return None
    path, object_id, version = match[1], match[2], match[3] or publishing.LATEST
    try:
        space = Inside(organization_id).space(path)
    except Missing:
        return None
    known = Object.objects.saved_models().filter(project=space.project_id, object_id=object_id)
    if not known.exists():
        return None
    found = publishing.find(space, object_id, version)
    return SavedModel(found, path) if is_saved_model(found) else None


def newest(organization_id: uuid.UUID) -> list[SavedModel]:
    """Of each name, latest first, up to MOST_LISTED; any other is called by its name."""
    return _listed(organization_id, Object.objects.all())


def names(organization_id: uuid.UUID) -> list[SavedModel]:
    """As `newest`, without what they hold, which may be megabytes; see `filled`."""
    return _listed(organization_id, Object.objects.defer("val"))


def _listed(organization_id: uuid.UUID, objects: ObjectQuerySet) -> list[SavedModel]:
    projects = Project.objects.filter(team__organization=organization_id).select_related("team")
    paths = {project.pk: project.path for project in projects}
    found = objects.saved_models().newest().filter(project__team__organization=organization_id)
    return [SavedModel(one, paths[one.project_id]) for one in found.order_by("-created_at", "-pk")[:MOST_LISTED]]


def filled(named: Sequence[SavedModel]) -> list[SavedModel]:
    """With what they hold, in the same order; of long ones only whom they ask. What else may be wrong with those is
    said when they are called."""
    here = Object.objects.filter(pk__in=[one.object.pk for one in named])
    whole = here.filter(size__lt=LONGEST_REMEMBERED).select_related("user").in_bulk()
    asked = JsonText(F("val"), ["llm_model_id"])
    models = dict(here.filter(size__gte=LONGEST_REMEMBERED).values_list("pk", asked))
    return [
        replace(one, object=whole[pk]) if pk in whole else replace(one, outline=read({"llm_model_id": models[pk]}))
        for one in named
        if (pk := one.object.pk) in whole or pk in models
    ]


def versions(saved: SavedModel, most: int) -> list[SavedModel]:
    """The latest that are left of its name, latest first, without what they hold; see `filled`."""
    latest = _versions(saved).defer("val").select_related("user").order_by("-version")[:most]
    return [SavedModel(one, saved.path) for one in latest]


def count_versions(saved: SavedModel) -> int:
    return _versions(saved).count()


def _versions(saved: SavedModel) -> ObjectQuerySet:
    return Object.objects.saved_models().kept().filter(project=saved.object.project_id, object_id=saved.name)


def messages(saved: SavedModel, organization_id: uuid.UUID) -> list[dict[str, Any]]:
    """What it puts before a request: its own template, or those of the prompt it names. Raises Invalid."""
    if not saved.content.prompt:
        return list(saved.content.messages)
    prompt = saved.content.prompt
    try:
        found = messages_of(Inside(organization_id), prompt)
    except Invalid:
        raise Invalid(f"names the prompt '{prompt[:200]}', which is none that can be read here") from None
    if fault := misfit_in(found, {}):
        raise Invalid(f"names the prompt '{prompt[:200]}', which {fault}")
    return found
