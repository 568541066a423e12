"""The current project's pages of Weave in the palette of Cmd/Ctrl+K."""

from __future__ import annotations

from django.urls import reverse

from accounts.access import SignedInRequest
from accounts.current import current_project
from accounts.palette import Entry, Group

PAGES = (
    ("Traces", "Calls of this project", "list-tree", "calls"),
    ("Evals", "Runs of evaluations, and comparisons of them", "flask-conical", "evaluations"),
    ("Leaders", "Leaderboards: models by their metrics", "trophy", "leaderboards"),
    ("Objects", "Models, prompts, scorers and their versions", "box", "objects"),
    ("Datasets", "Rows to evaluate with", "database", "datasets"),
    ("Ops", "Code that was traced", "braces", "ops"),
)


def pages(request: SignedInRequest, words: list[str]) -> Group:
    project = current_project(request)
    if project is None:
        return Group("Weave")
    where = [project.team.slug, project.slug]
    entries = [Entry(title, hint, icon, reverse(name, args=where)) for title, hint, icon, name in PAGES]
    return Group.of("Weave", entries, words)
