"""Feedback is given, listed, replaced and taken back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from common.ids import uuid7
from tracing import json_text, piecemeal, sizes
from tracing.errors import Invalid, Missing
from tracing.expressions import condition
from tracing.feedback_fields import COLUMNS, field_of, shown
from tracing.models import Feedback
from tracing.ordering import orders
from tracing.shapes import Id, InProject, Members, Name, Page, Ref, Sort
from tracing.upserts import upsert
from tracing.visits import Space, Visit, taking


class Given(InProject):
    """Members that we have no column for belong to scorers of agents and are kept as they are."""

    model_config = ConfigDict(extra="allow")

    id: Id | None = None
    weave_ref: Ref
    feedback_type: Name
    payload: Members
    creator: Name | None = None
    annotation_ref: Ref | None = None
    runnable_ref: Ref | None = None
    call_ref: Ref | None = None
    trigger_ref: Ref | None = None
    queue_id: Id | None = None
    wb_user_id: str | None = Field(default=None, exclude=True)


class Batch(BaseModel):
    batch: list[Given]


class Replacement(Given):
    feedback_id: Id


class Query(InProject, Page):
    fields: list[str] | None = None
    query: Members | None = None
    sort_by: list[Sort] | None = None


class Purge(InProject):
    query: Members


@taking(Given)
def create(visit: Visit, body: Given) -> Any:
    return _given(visit, [body])[0]


@taking(Batch)
def create_batch(visit: Visit, body: Batch) -> Any:
    return {"res": _given(visit, body.batch)}


@taking(Replacement)
def replace(visit: Visit, body: Replacement) -> Any:
    """The new one takes the place of the old, under an ID of its own unless it has one."""
    space = visit.space(body.project_id)
    with transaction.atomic():
        gone, _ = Feedback.objects.filter(project=space.project_id, feedback_id=body.feedback_id).delete()
        if not gone:
            raise Missing(f"There is no feedback '{body.feedback_id}' in {space.path}.")
        return _given(visit, [body])[0]


@taking(Query, may_take_long=True)
def query(visit: Visit, body: Query) -> Response:
    space = visit.space(body.project_id)
    found = _matching(space, body.query).order_by(*orders(body.sort_by or [], field_of), "created_at", "id")
    keys = list(found.values_list("pk", flat=True)[body.part])
    written = partial(_written, space, body.fields)
    return piecemeal.members("result", keys, sizes.of_feedback, written, total_count=found.count())


@taking(Purge)
def purge(visit: Visit, body: Purge) -> Any:
    if body.query.get("$expr") is None:
        raise Invalid("query: what is to be purged must be said.")
    _matching(visit.space(body.project_id), body.query).delete()
    return {}


def _written(space: Space, fields: list[str] | None, keys: Sequence[int]) -> Iterator[bytes]:
    by_key = Feedback.objects.in_bulk(keys)
    return (piecemeal.json(shown(by_key[key], space.path, fields)) for key in keys if key in by_key)


def _matching(space: Space, query: Members | None) -> Any:
    found = Feedback.objects.filter(project=space.project_id)
    if query and query.get("$expr") is not None:
        found = found.filter(condition(query["$expr"], field_of))
    return found


def _given(visit: Visit, batch: list[Given]) -> list[dict[str, Any]]:
    """Given twice under one ID it is there once."""
    spaces = {path: visit.write(path) for path in {one.project_id for one in batch}}
    now = timezone.now()
    rows = [_row(spaces[one.project_id], one) | {"created_at": now} for one in batch]
    with transaction.atomic():
        upsert(Feedback, rows, match=("project_id", "feedback_id"))
    return [
        {"id": row["feedback_id"], "created_at": now, "wb_user_id": str(visit.user_id), "payload": one.payload}
        for row, one in zip(rows, batch, strict=True)
    ]


def _row(space: Space, given: Given) -> dict[str, Any]:
    if given.weave_ref.count("/") < 4:
        raise Invalid("weave_ref: Feedback is given on a reference, such as that of a call.")
    others = {name: value for name, value in (given.model_extra or {}).items() if value is not None}
    return {
        "project_id": space.project_id,
        "feedback_id": given.id or str(uuid7()),
        "user_id": space.user_id,
        "payload": json_text.dump(given.payload),
        "scores": json_text.dump(others),
        **{name: getattr(given, name) for name in COLUMNS},
    }
