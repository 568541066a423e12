"""The Playground's history in the palette of Cmd/Ctrl+K, and one's comparisons by their titles."""

from __future__ import annotations

from django.urls import reverse

from accounts.access import SignedInRequest
from accounts.current import current_project
from accounts.palette import MOST_SHOWN, Entry, Group
from playground.history import Listing

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
