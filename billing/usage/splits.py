"""What usage is split by: the column that tells, and what its values are called."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Mapping
from enum import StrEnum
from typing import Any

from accounts.models import ApiKey, Project, User
from common.ids import NIL
from inference_catalog.models import Model

Names = Mapping[Any, str]


class Split(StrEnum):
    MODEL = "model"
    PROJECT = "project"
    USER = "user"
    KEY = "key"

    @property
    def column(self) -> str:
        return COLUMNS[self]

    def parse(self, text: str) -> Any:
        """A value as an address spells it. Raises ValueError."""
        if self is Split.MODEL:
            return text[:200]
        if self is Split.USER:
            number = int(text)
            if not 0 <= number < 2**63:
                raise ValueError("not the number of a person")
            return number
        return uuid.UUID(text)

    def names(self, values: Collection[Any]) -> Names:
        """What people call these; one query. The values must be of usage that the reader may see."""
        return NAMES[self](values) if values else {}

    def called(self, value: Any, names: Names) -> str:
        return names.get(value) or f"{UNKNOWN[self]} {str(value)[:8]}".strip()


COLUMNS = {Split.MODEL: "model", Split.PROJECT: "project_id", Split.USER: "user_id", Split.KEY: "api_key_id"}
#: What has usage and is there no more.
UNKNOWN = {Split.MODEL: "", Split.PROJECT: "Deleted project", Split.USER: "Deleted user", Split.KEY: "Deleted key"}
WITHOUT_KEY = "In the browser"


def _models(ids: Collection[Any]) -> Names:
    """A name may be there twice, an ID cannot: what is charged is known by its ID."""
    listed = Model.objects.filter(model_id__in=ids).values_list("model_id", "name")
    return {model_id: model_id for model_id in ids} | _unique(dict(listed))


def _unique(names: dict[Any, str]) -> dict[Any, str]:
    counted = list(names.values())
    return {value: name for value, name in names.items() if counted.count(name) == 1}


def _projects(ids: Collection[Any]) -> Names:
    return {row.pk: row.path for row in Project.objects.filter(pk__in=ids).select_related("team")}


def _users(ids: Collection[Any]) -> Names:
    return dict(User.objects.filter(pk__in=ids).values_list("pk", "username"))


def _keys(ids: Collection[Any]) -> Names:
    rows = ApiKey.objects.filter(pk__in=ids).select_related("user")
    return {NIL: WITHOUT_KEY} | {row.pk: f"{row} ({row.user.username})" for row in rows}


NAMES: dict[Split, Callable[[Collection[Any]], Names]] = {
    Split.MODEL: _models,
    Split.PROJECT: _projects,
    Split.USER: _users,
    Split.KEY: _keys,
}
