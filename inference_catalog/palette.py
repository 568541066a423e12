"""Models in the palette of Cmd/Ctrl+K; several can be ticked and compared."""

from __future__ import annotations

from django.urls import reverse

from accounts.access import SignedInRequest
from accounts.palette import Entry, Group
from inference_catalog.models import Model

MOST_SHOWN = 12


def models(_request: SignedInRequest, words: list[str]) -> Group:
    entries = [
        Entry(row.name, row.model_id, "cpu", reverse("model", args=[row.model_id]), model_id=row.model_id)
        for row in Model.objects.listed().order_by("source", "name")
    ]
    return Group.of("Models", entries, words, MOST_SHOWN)
