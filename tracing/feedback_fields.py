"""The fields of feedback, as conditions name them and as answers show them."""

from __future__ import annotations

from typing import Any

from django.db.models import CharField, F
from django.db.models.functions import Cast

from tracing import json_text
from tracing.errors import Invalid
from tracing.field_paths import split
from tracing.models import Feedback
from tracing.operands import Json, Moment, Operand, TextColumn

#: Columns that are members of the request, by the same names.
COLUMNS = (
    "weave_ref",
    "feedback_type",
    "creator",
    "annotation_ref",
    "runnable_ref",
    "call_ref",
    "trigger_ref",
    "queue_id",
)


def field_of(name: str) -> Operand:
    first, *path = split(name) or [""]
    if first in ("payload", "payload_dump"):
        return Json(F("payload"), tuple(path))
    if name in COLUMNS:
        return TextColumn(F(name))
    if name == "id":
        return TextColumn(F("feedback_id"))
    if name == "wb_user_id":
        return TextColumn(Cast("user_id", CharField()))
    if name == "created_at":
        return Moment(F("created_at"))
    if first.startswith(("scorer_", "span_")):
        return Json(F("scores"), (first, *path))
    raise Invalid(f"Feedback has no field '{name[:200]}'.")


def shown(one: Feedback, path: str, fields: list[str] | None = None) -> dict[str, Any]:
    whole = {
        "id": one.feedback_id,
        "project_id": path,
        "created_at": one.created_at,
        "wb_user_id": str(one.user_id) if one.user_id else None,
        "payload": json_text.load(one.payload),
        **{name: getattr(one, name) for name in COLUMNS},
        **json_text.load(one.scores),
    }
    return whole if fields is None else {name: whole.get(name) for name in fields}
