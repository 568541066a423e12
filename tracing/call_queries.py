"""Which calls are meant: filter, condition and order of a request, as a query of the database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan
from pydantic import BaseModel, Field

from tracing.call_fields import CallFields
from tracing.expressions import MOST_CONDITIONS, condition
from tracing.models import Call
from tracing.ordering import orders
from tracing.refs import SCHEME, op_of
from tracing.shapes import Members, Sort
from tracing.visits import Space

#: Each of which is a condition of its own.
Several = Annotated[list[str], Field(max_length=MOST_CONDITIONS)]


class Filter(BaseModel):
    """Lists of what may be; empty is the same as not said, as in the client."""

    call_ids: list[str] | None = None
    op_names: Several | None = None
    input_refs: Several | None = None
    output_refs: Several | None = None
    parent_ids: list[str] | None = None
    trace_ids: list[str] | None = None
    trace_roots_only: bool | None = None
    thread_ids: list[str] | None = None
    turn_ids: list[str] | None = None
    wb_user_ids: list[str] | None = None
    wb_run_ids: list[str] | None = None


#: Members of a filter that are columns.
_COLUMNS = {
    "call_ids": "call_id__in",
    "parent_ids": "parent_id__in",
    "trace_ids": "trace_id__in",
    "thread_ids": "thread_id__in",
    "turn_ids": "turn_id__in",
    "wb_run_ids": "wb_run_id__in",
}


def matching(
    space: Space, chosen: Filter | None, query: Members | None, fields: CallFields | None = None
) -> QuerySet[Call]:
    calls = Call.objects.filter(project=space.project_id).visible()
    if chosen:
        calls = calls.filter(_chosen(chosen))
    if query and query.get("$expr") is not None:
        calls = calls.filter(condition(query["$expr"], fields or CallFields(space)))
    return calls


def ordered(calls: QuerySet[Call], sort_by: Sequence[Sort] | None, fields: CallFields) -> QuerySet[Call]:
    """Those that are alike by what was asked come in the order of their start, then of their arrival."""
    is_timed = any(sort.field == "started_at" for sort in sort_by or [])
    return calls.order_by(*orders(sort_by or [], fields), *([] if is_timed else ["started_at"]), "id")


def _chosen(chosen: Filter) -> Q:
    wanted = Q()
    for name, lookup in _COLUMNS.items():
        if values := getattr(chosen, name):
            wanted &= Q((lookup, values))
    if chosen.trace_roots_only:
        wanted &= Q(parent_id=None)
    if chosen.wb_user_ids:
        wanted &= Q(user__in=[int(value) for value in chosen.wb_user_ids if value.isdecimal()])
    if chosen.op_names:
        wanted &= _any(_of_op(name) for name in chosen.op_names)
    if chosen.input_refs:
        wanted &= _any(_mentioning("inputs", ref) for ref in chosen.input_refs)
    if chosen.output_refs:
        wanted &= _any(_mentioning("output", ref) for ref in chosen.output_refs)
    return wanted


def _of_op(name: str) -> Q:
    """One version of an op, or all of them: `…/op/<name>:*`."""
    if not name.startswith(SCHEME):
        return Q(op=name[:256]) & Q(op_name=name)
    if name.endswith(":*"):
        # What was recorded without code is known by its op's name alone.
        return Q(op=op_of(name)) & (Q(op_name__startswith=name[:-1]) | Q(op_name=F("op")))
    return Q(op=op_of(name), op_name=name)


def _mentioning(column: str, ref: str) -> Q:
    """A reference is a whole string of the JSON; `:*` at its end means every version."""
    found = f'"{ref[:-1]}' if ref.endswith(":*") else f'"{ref}"'
    return Q(GreaterThan(StrIndex(column, Value(found)), Value(0)))


def _any(conditions: Any) -> Q:
    wanted = Q()
    for one in conditions:
        wanted |= one
    return wanted
