"""The fields of calls, as conditions and orders name them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.db.models import CharField, F, OuterRef, Value
from django.db.models.expressions import Expression, Subquery
from django.db.models.functions import Cast, Coalesce, Concat, NullIf, Right

from tracing.digests import LENGTH_OF_DIGEST
from tracing.errors import Invalid
from tracing.field_paths import split
from tracing.json_values import JsonText
from tracing.models import Feedback, Object, Row
from tracing.operands import Json, Moment, NumberColumn, Operand, TextColumn
from tracing.visits import Space

_SHOWN_NAME = Coalesce(NullIf(Coalesce("new_name", "display_name"), Value("")), F("op"))
_COLUMNS: dict[str, Operand] = {
    "id": TextColumn(F("call_id")),
    "trace_id": TextColumn(F("trace_id")),
    "parent_id": TextColumn(F("parent_id")),
    "thread_id": TextColumn(F("thread_id")),
    "turn_id": TextColumn(F("turn_id")),
    "op_name": TextColumn(F("op_name")),
    "display_name": TextColumn(Coalesce("new_name", "display_name")),
    "exception": TextColumn(F("exception")),
    "wb_user_id": TextColumn(Cast("user_id", CharField())),
    "wb_username": TextColumn(F("user__username")),
    "wb_run_id": TextColumn(F("wb_run_id")),
    "wb_run_step": NumberColumn(F("wb_run_step")),
    "wb_run_step_end": NumberColumn(F("wb_run_step_end")),
    "started_at": Moment(F("started_at")),
    "ended_at": Moment(F("ended_at")),
    "summary.weave.status": TextColumn(F("status")),
    "summary.weave.latency_ms": NumberColumn(F("latency_ms")),
    "summary.weave.trace_name": TextColumn(_SHOWN_NAME),
    # Not Weave's own: what the Traces page sorts by.
    "summary.weave.tokens": NumberColumn(F("tokens")),
    "summary.weave.cost": NumberColumn(F("cost")),
}
_DOCUMENTS = ("inputs", "output", "attributes", "summary")
_FEEDBACK = re.compile(r"feedback\.\[(?P<type>.+)\]\.(?P<path>[^\]]+)\Z")
_FEEDBACK_COLUMNS = ("runnable_ref", "call_ref", "annotation_ref", "trigger_ref", "creator", "feedback_type")


class CallFields:
    """With `expand`, columns that hold references: what stands below them is looked up in what they refer to."""

    def __init__(self, space: Space, expand: Sequence[str] = ()) -> None:
        self.space = space
        self.expand = sorted(expand, key=len, reverse=True)

    def __call__(self, name: str) -> Operand:
        if column := _COLUMNS.get(name):
            return column
        if found := _FEEDBACK.match(name):
            return self._feedback(found["type"], split(found["path"]))
        for prefix in self.expand:
            if name.startswith(f"{prefix}."):
                return self._expanded(prefix, split(name.removeprefix(f"{prefix}.")))
        document, *path = split(name) or [""]
        for kind in _DOCUMENTS:
            if document in (kind, f"{kind}_dump"):
                return Json(F(kind), tuple(path))
        raise Invalid(f"Calls have no field '{name[:200]}'.")

    def _expanded(self, column: str, path: list[str]) -> Operand:
        """A reference to a row of a dataset or to an object ends with the digest of what it refers to."""
        document, *inner = split(column)
        if document not in _DOCUMENTS:
            raise Invalid(f"'{column[:200]}' cannot be expanded.")
        digest = Right(JsonText(OuterRef(document), inner), LENGTH_OF_DIGEST)
        rows = Row.objects.filter(project=self.space.project_id, digest=digest).values("val")[:1]
        objects = Object.objects.filter(project=self.space.project_id, digest=digest).kept().values("val")[:1]
        return Json(Coalesce(Subquery(rows), Subquery(objects)), tuple(path))

    def _feedback(self, kind: str, path: list[str]) -> Operand:
        """Of the newest feedback of that type, `*` being any."""
        ref = Concat(Value(f"weave:///{self.space.path}/call/"), OuterRef("call_id"))
        found = Feedback.objects.filter(project=self.space.project_id, weave_ref=ref).order_by("-created_at", "-id")
        found = found if kind == "*" else found.filter(feedback_type=kind)
        value: Expression | F
        if path[0] in ("payload", "payload_dump"):
            value = JsonText(F("payload"), path[1:])
        elif len(path) == 1 and path[0] in _FEEDBACK_COLUMNS:
            value = F(path[0])
        else:
            raise Invalid(f"Feedback has no field '{'.'.join(path)[:200]}'.")
        return TextColumn(Subquery(found.annotate(value=value).values("value")[:1]))
