"""The Playground's history in the palette of Cmd/Ctrl+K, one's comparisons by their titles, and saved models."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

from accounts.access import SignedInRequest
from accounts.current import current_project
from accounts.palette import MOST_SHOWN, Entry, Group
from inference_catalog.models import Model
from playground.history import Listing
from playground.saved_choices import choices

HISTORY = ("Comparisons", "History of the Playground")


def comparisons(request: SignedInRequest, words: list[str]) -> Group:
    """By words in their titles; without words the latest, after the page that has all of them."""
    project = current_project(request)
    if project is None:
        return Group("Comparisons")
    rows = Listing.own(request.user, project).after("").only("title", "is_pinned", "updated_at")
    for word in words:
        rows = rows.filter(title__icontains=word)
    entries = [Entry(str(row), "Comparison", "columns-3", row.get_absolute_url()) for row in rows[:MOST_SHOWN]]
    history = [] if words else [Entry(*HISTORY, "history", reverse("comparison-history"))]
    return Group("Comparisons", history + entries)


def saved_models(request: SignedInRequest, words: list[str]) -> Group:
    """A chosen one is asked in a new comparison."""
    project = current_project(request)
    if project is None:
        return Group("Saved models")
    entries = [
        Entry(
            choice.saved.label,
            f"{choice.base} · {choice.saved.path}",
            "save",
            f"{reverse('playground')}?{urlencode({'saved': choice.saved.model_id})}",
        )
        for choice in choices(project, list(Model.objects.listed(project.team_id)), words).shown
        if not choice.reason
    ]
    return Group("Saved models", entries)
