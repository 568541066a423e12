"""The dollars that calls are sorted by, computed once more where a project sets other costs."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db.models import Q

from tracing import json_text, prices
from tracing.json_values import JsonText
from tracing.models import Call

_PIECE = 500


def price_again(project_id: uuid.UUID, models: Sequence[str]) -> None:
    """Of the calls that used these models."""
    prices.forget(project_id)
    calls = Call.objects.filter(project=project_id, tokens__isnull=False)
    used = Q()
    for number, model in enumerate(models):
        calls = calls.annotate(**{f"used_{number}": JsonText("summary", ["usage", model])})
        used |= Q(**{f"used_{number}__isnull": False})
    if not models:
        return
    priced: list[Call] = []
    for call in calls.filter(used).only("started_at", "ended_at", "summary").iterator(chunk_size=_PIECE):
        at = call.started_at or call.ended_at
        by_model = prices.usage_of(json_text.load(call.summary or "{}"))
        costs = prices.costs_of(project_id, by_model, at) if at else {}
        call.cost = sum(cost.total for cost in costs.values()) if costs else None
        priced.append(call)
        if len(priced) == _PIECE:
            Call.objects.bulk_update(priced, ["cost"])
            priced = []
    Call.objects.bulk_update(priced, ["cost"])
