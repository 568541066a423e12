"""Models in the palette of Cmd/Ctrl+K; several can be ticked and compared."""

from __future__ import annotations

from django.urls import reverse

from accounts.access import SignedInRequest
from accounts.current import current_project
from accounts.palette import Entry, Group
from inference_catalog.models import Model


def models(request: SignedInRequest, words: list[str]) -> Group:
    project = current_project(request)
    rows = Model.objects.listed(project.team_id if project else None).order_by("source", "name")
    entries = [
        Entry(name, model_id, "cpu", reverse("model", args=[model_id]), model_id=model_id)
        for name, model_id in rows.values_list("name", "model_id")
    ]
    return Group.of("Models", entries, words)
