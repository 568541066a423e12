"""Saved models as the picker lists them: of each name the latest version, and why it cannot be used if it cannot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from accounts.models import Project
from inference_catalog.models import Model
from playground.origin import offered
from tracing.saved_models import finding
from tracing.saved_models.finding import SavedModel

#: More than these are found by searching: nobody reads a thousand, and a page of them takes its time.
MOST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Choice:
    saved: SavedModel
    #: Of the model behind it; its ID where it is not here.
    base: str
    #: Why it is disabled; empty if it is not.
    reason: str

    @property
    def search(self) -> str:
        return f"{self.saved.model_id} {self.base} {self.saved.content.model}".lower()


@dataclass(frozen=True, slots=True)
class Choices:
    shown: list[Choice]
    #: Whether there are more than are shown.
    is_cut: bool


def choices(project: Project, models: Sequence[Model], words: Sequence[str] = (), most: int = MOST_SHOWN) -> Choices:
    """Of all projects of the organization, this one's own first, then the latest: those that hold every word."""
    named = sorted(finding.names(project.team.organization_id), key=lambda one: one.path != project.path)
    # What is searched may be the model behind it: that stands in what it holds.
    saved = finding.filled(named if words else named[: most + 1])
    found = list(islice(_holding(saved, {model.model_id: model for model in models}, words), most + 1))
    return Choices(found[:most], len(found) > most)


def _holding(saved: Sequence[SavedModel], models: dict[str, Model], words: Sequence[str]) -> Iterator[Choice]:
    for one in saved:
        choice = _choice(one, models)
        if all(word in choice.search for word in words):
            yield choice


def _choice(saved: SavedModel, models: dict[str, Model]) -> Choice:
    reason, base = offered(saved, models), saved.content.model
    return Choice(saved, models[base].name if base in models else base, f"It {reason}." if reason else "")
