"""What the palette of Cmd/Ctrl+K finds: groups of entries, each group from one source named in the settings.

A source is a function of the request and the words sought; apps above this one bring their own. PALETTE_SOURCES are
asked once for all they have, without words, and searched by the browser (static/js/palette/); PALETTE_LOOKUPS have
too much for that, and are asked when somebody pauses in typing.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from django.urls import reverse

from accounts.access import SignedInRequest
from accounts.models import Project

#: Of what is looked up.
MOST_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Entry:
    title: str
    hint: str = ""
    icon: str = ""
    #: Where it leads; a project has none: choosing it is a POST.
    url: str = ""
    project_id: str = ""
    #: The model's ID; such entries can be ticked and compared.
    model_id: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    entries: list[Entry] = field(default_factory=list)

    @classmethod
    def of(cls, title: str, entries: list[Entry], words: list[str]) -> Group:
        """Those entries that hold every word, in their order."""
        return cls(title, [entry for entry in entries if fits(f"{entry.title} {entry.hint}", words)])

    def as_json(self) -> dict[str, Any]:
        """What is empty is left out: there may be a thousand models."""
        entries = [{name: value for name, value in asdict(entry).items() if value} for entry in self.entries]
        return {"title": self.title, "entries": entries}


def fits(text: str, words: list[str]) -> bool:
    lower = text.lower()
    return all(word in lower for word in words)


def pages(_request: SignedInRequest, words: list[str]) -> Group:
    entries = [
        Entry("Inference", "Models", "layout-grid", reverse("inference")),
        Entry("Playground", "Chat and compare", "columns-3", reverse("playground")),
        Entry("Profile", "Settings", "user", reverse("settings")),
        Entry("Keyboard", "Settings", "keyboard", reverse("settings") + "#keyboard"),
        Entry("API keys", "Settings", "key-round", reverse("api-keys")),
        Entry("API", "Settings", "terminal", reverse("api")),
        Entry("API reference", "Routes, parameters, errors", "book-open", reverse("api-reference")),
        Entry("Organization", "Settings", "building-2", reverse("organization")),
        Entry("Teams", "Settings", "users", reverse("teams")),
        Entry("Projects", "Settings", "folder", reverse("projects")),
        Entry("AI providers", "Settings", "plug", reverse("providers")),
        Entry("New project", "Settings", "folder-plus", reverse("project-new")),
    ]
    return Group.of("Pages", entries, words)


def projects(request: SignedInRequest, words: list[str]) -> Group:
    rows = Project.objects.for_user(request.user).select_related("team__organization")
    entries = [
        Entry(row.path, f"Switch to it, in {row.team.organization}", "folder", project_id=str(row.pk)) for row in rows
    ]
    return Group.of("Projects", entries, words)
