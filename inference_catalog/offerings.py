"""Who serves a model."""

from __future__ import annotations

from inference_catalog.models import Offering


def offerings_of(model_id: str) -> list[Offering]:
    """Those that may be called now, best first. `model_id` is the ID of the API."""
    return list(Offering.objects.open().filter(model__model_id=model_id))
