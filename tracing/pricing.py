"""The dollars that calls are sorted by, computed once more where a project sets other costs."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db.models import Q, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from tracing import json_text, prices
from tracing.models import Call

_PIECE = 500


def price_again(project_id: uuid.UUID, models: Sequence[str]) -> None:
    """Of the calls that used these models."""
    prices.forget(project_id)
    if not models:
        return
    named = Q()
    for model in models:
        named |= Q(GreaterThan(StrIndex("summary", Value(f"{json_text.dump(model)}:")), Value(0)))
    calls = Call.objects.filter(named, project=project_id, tokens__isnull=False)
    priced: list[Call] = []
    for call in calls.only("started_at", "ended_at", "summary").iterator(chunk_size=_PIECE):
        at = call.started_at or call.ended_at
        by_model = prices.usage_of(json_text.load(call.summary or "{}"))
        costs = prices.costs_of(project_id, by_model, at) if at else {}
        call.cost = sum(cost.total for cost in costs.values()) if costs else None
        priced.append(call)
        if len(priced) == _PIECE:
            Call.objects.bulk_update(priced, ["cost"])
            priced = []
    Call.objects.bulk_update(priced, ["cost"])
