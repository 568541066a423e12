"""The first level of the picker: whose models there are, each with the models that it opens."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from inference_catalog import own_providers
from inference_catalog.models import Model

#: So many models are laid out together, once they come into sight.
BATCH = 25
SERVERLESS = "serverless"
#: What a row of the picker shows.
SHOWN = ("model_id", "name", "maker", "status", "team_id")


@dataclass(frozen=True, slots=True)
class Section:
    key: str
    title: str
    models: list[Model] = field(default_factory=list)

    @property
    def batches(self) -> list[list[Model]]:
        return [self.models[at : at + BATCH] for at in range(0, len(self.models), BATCH)]


def pickable(team_id: uuid.UUID) -> list[Model]:
    return list(Model.objects.listed(team_id).only(*SHOWN))


def sections(models: Sequence[Model]) -> list[Section]:
    """Everybody's models first, then those of each provider that the team connected itself, by its name."""
    serverless = Section(SERVERLESS, "Serverless Inference", [model for model in models if not model.team_id])
    own: dict[str, Section] = {}
    for model in models:
        if model.team_id:
            # A provider's short name is its own; its name may be another's too.
            slug = own_providers.provider_slug_of(model.model_id)
            own.setdefault(slug, Section(f"own-{slug}", model.maker)).models.append(model)
    return [serverless, *sorted(own.values(), key=lambda section: section.title.lower())]
