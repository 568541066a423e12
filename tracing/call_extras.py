"""What is shown beside calls when it is asked for: costs, feedback, sizes, names, values of references."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import Sum

from accounts.models import User
from tracing import json_text, sizes
from tracing.call_schema import costs
from tracing.feedback_fields import shown
from tracing.field_paths import split
from tracing.models import Call, Feedback
from tracing.refs import is_ref
from tracing.resolving import resolve
from tracing.visits import Guest, Space

Extras = dict[int, dict[str, Any]]


def of(guest: Guest, space: Space, calls: Sequence[Call], asked: Any) -> Extras:
    """By the calls' keys; `asked` is the body of a query, as in tracing/views/call_reading.py."""
    extras: Extras = {call.pk: {"weave": {}} for call in calls}
    if asked.include_costs:
        for call in calls:
            extras[call.pk]["weave"]["costs"] = costs(space, call)
    if asked.include_feedback:
        _add_feedback(space, calls, extras)
    if asked.include_usernames:
        names = dict(User.objects.filter(pk__in={call.user_id for call in calls}).values_list("pk", "username"))
        for call in calls:
            extras[call.pk]["wb_username"] = names.get(call.user_id or 0)
    if asked.include_storage_size or asked.include_total_storage_size:
        _add_sizes(space, calls, extras, own=asked.include_storage_size, total=asked.include_total_storage_size)
    if asked.expand_columns and asked.return_expanded_column_values is not False:
        _expand(guest, calls, asked.expand_columns, extras)
    return extras


def _add_feedback(space: Space, calls: Sequence[Call], extras: Extras) -> None:
    refs = {f"weave:///{space.path}/call/{call.call_id}": call.pk for call in calls}
    found = defaultdict(list)
    for one in Feedback.objects.filter(project=space.project_id, weave_ref__in=refs).order_by("created_at", "id"):
        found[refs[one.weave_ref]].append(shown(one, space.path))
    for key, given in found.items():
        extras[key]["weave"]["feedback"] = given


def _add_sizes(space: Space, calls: Sequence[Call], extras: Extras, *, own: bool, total: bool) -> None:
    of_calls = (
        dict(Call.objects.filter(pk__in=extras).annotate(size=sizes.of_call()).values_list("pk", "size")) if own else {}
    )
    traces = {call.trace_id for call in calls} if total else set()
    in_traces = Call.objects.filter(project=space.project_id, trace_id__in=traces).visible()
    of_traces = dict(in_traces.values("trace_id").annotate(size=Sum(sizes.of_call())).values_list("trace_id", "size"))
    for call in calls:
        if own:
            extras[call.pk]["storage_size_bytes"] = of_calls.get(call.pk, 0)
        if total:
            extras[call.pk]["total_storage_size_bytes"] = of_traces.get(call.trace_id, 0)


def _expand(guest: Guest, calls: Sequence[Call], columns: Sequence[str], extras: Extras) -> None:
    """Puts what references refer to in their places, outermost first, so that what is in them can be expanded too."""
    documents: dict[tuple[int, str], Any] = {}
    for path in sorted((split(column) for column in columns), key=len):
        places = _places(calls, path, documents)
        values = dict(zip(places, resolve(guest, [ref for _, _, ref in places.values()]), strict=True))
        for place, (holder, name, ref) in places.items():
            value = values[place]
            holder[name] = {**value, "_ref": ref} if isinstance(value, dict) else ref if value is None else value
    for (key, name), document in documents.items():
        extras[key][name] = document


def _places(
    calls: Sequence[Call], path: Sequence[str], documents: dict[tuple[int, str], Any]
) -> dict[int, tuple[Any, str, str]]:
    """By call: what holds the reference, under which name, and the reference."""
    found = {}
    document, *steps = path
    if document not in ("inputs", "output") or (not steps and document != "output"):
        return {}
    for call in calls:
        key = (call.pk, document)
        if key not in documents:
            documents[key] = json_text.load(getattr(call, document) or "null")
        holder: Any = documents if not steps else documents[key]
        for step in steps[:-1]:
            holder = holder.get(step) if isinstance(holder, dict) else None
        name: Any = steps[-1] if steps else key
        if isinstance(holder, dict) and is_ref(holder.get(name)):
            found[call.pk] = (holder, name, holder[name])
    return found
