"""Saved models as the picker lists them: of each name the latest version, and why it cannot be used if it cannot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import Project
from inference_catalog.models import Model
from playground.origin import offered
from tracing.saved_models import finding
from tracing.saved_models.finding import SavedModel


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


def choices(project: Project, models: Sequence[Model]) -> list[Choice]:
    """Of all projects of the organization: this one's own first, then the latest."""
    by_id = {model.model_id: model for model in models}
    found = [_choice(saved, by_id) for saved in finding.newest(project.team.organization_id)]
    return sorted(found, key=lambda choice: choice.saved.path != project.path)


def _choice(saved: SavedModel, models: dict[str, Model]) -> Choice:
    reason, base = offered(saved, models), saved.content.model
    return Choice(saved, models[base].name if base in models else base, f"It {reason}." if reason else "")
