"""Leaderboards, read from the objects that the client or a page published, and written as the client writes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tracing import json_text
from tracing.evaluations.metrics import Metric
from tracing.models import Object
from tracing.models.objects import ObjectQuerySet
from tracing.visits import Space

CLASS = "Leaderboard"
#: Of one leaderboard.
MOST_COLUMNS = 50
#: The newest of a project, for what they say of metrics.
MOST_LOOKED_AT = 50


@dataclass(frozen=True, slots=True)
class Column:
    evaluation_ref: str
    scorer: str
    #: Members of the scorer's summary, between dots.
    path: str
    should_minimize: bool | None = None

    @property
    def metric(self) -> Metric:
        return Metric((self.scorer, *(self.path.split(".") if self.path else ())))

    @property
    def title(self) -> str:
        return f"{self.scorer}.{self.path}" if self.path else self.scorer

    def document(self) -> dict[str, Any]:
        return {
            "_type": "LeaderboardColumn",
            "evaluation_object_ref": self.evaluation_ref,
            "scorer_name": self.scorer,
            "summary_metric_path": self.path,
            "should_minimize": self.should_minimize,
            "_class_name": "LeaderboardColumn",
            "_bases": ["BaseModel"],
        }


@dataclass(frozen=True, slots=True)
class Board:
    name: str
    description: str
    columns: tuple[Column, ...]

    def document(self) -> dict[str, Any]:
        """As `weave.publish` sends it: the same content has the same digest, whoever published it."""
        return {
            "_type": CLASS,
            "name": self.name,
            "description": self.description or None,
            "columns": [column.document() for column in self.columns],
            "_class_name": CLASS,
            "_bases": ["BaseObject", "BaseModel"],
        }


def published(space: Space) -> ObjectQuerySet:
    return Object.objects.filter(project=space.project_id, kind=Object.Kind.OBJECT, base_class=CLASS)


def minimized(space: Space) -> frozenset[Metric]:
    """Metrics that leaderboards of the project rank the lowest first by."""
    found = published(space).newest().order_by("-created_at")[:MOST_LOOKED_AT]
    return frozenset(column.metric for one in found for column in read(one).columns if column.should_minimize)


def read(found: Object) -> Board:
    """Whatever was published under that class: what is not in order is left out."""
    value = json_text.load(found.val)
    val = value if isinstance(value, dict) else {}
    columns = val.get("columns")
    return Board(
        name=_text(val.get("name")) or found.object_id,
        description=_text(val.get("description")),
        columns=tuple(_columns(columns if isinstance(columns, list) else [])),
    )


def _columns(said: Sequence[Any]) -> list[Column]:
    return [
        Column(
            _text(one["evaluation_object_ref"]),
            _text(one.get("scorer_name")),
            _text(one.get("summary_metric_path")),
            one["should_minimize"] if isinstance(one.get("should_minimize"), bool) else None,
        )
        for one in said[:MOST_COLUMNS]
        if isinstance(one, dict) and isinstance(one.get("evaluation_object_ref"), str)
    ]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
