"""Models in the palette of Cmd/Ctrl+K; several can be ticked and compared."""

from __future__ import annotations

from django.urls import reverse

from accounts.access import SignedInRequest
from accounts.current import current_project
from accounts.palette import Entry, Group
from inference_catalog.models import Model

MOST_SHOWN = 12


def models(request: SignedInRequest, words: list[str]) -> Group:
    project = current_project(request)
    entries = [
        Entry(row.name, row.model_id, "cpu", reverse("model", args=[row.model_id]), model_id=row.model_id)
        for row in Model.objects.listed(project.team_id if project else None).order_by("source", "name")
    ]
    return Group.of("Models", entries, words, MOST_SHOWN)
