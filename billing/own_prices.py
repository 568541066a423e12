"""What the Inference tab shows an organization as prices: those of its plan's price list, where that has any."""

from __future__ import annotations

import uuid

from billing.models import ListPrice
from common import clock


def own_prices(organization_id: uuid.UUID) -> dict[str, ListPrice]:
    """Those in force, by the model's ID."""
    return ListPrice.objects.of_organization(organization_id).in_force(clock.now())


def own_history(organization_id: uuid.UUID, model_id: str) -> list[ListPrice]:
    """Newest first, with those that are still to come."""
    listed = ListPrice.objects.of_organization(organization_id).filter(model=model_id)
    return list(listed.order_by("-effective_at"))
