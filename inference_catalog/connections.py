"""How to reach those who serve a model: what the engine needs to know of an offering, its key decrypted."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from inference_catalog import encryption, health
from inference_catalog.models import Model, Offering

#: Goes on after the provider's name.
UNREADABLE_KEY = "has an API key that was encrypted with another SECRET_KEY: enter it again"


@dataclass(frozen=True, slots=True)
class Connection:
    offering_id: uuid.UUID
    provider_id: uuid.UUID
    #: Its slug.
    provider: str
    provider_name: str
    is_simulated: bool
    base_url: str
    #: Empty where the provider wants none.
    api_key: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    upstream_id: str
    #: A team connected it itself: its address is checked whenever it is called.
    is_own: bool = False

    @classmethod
    def of(cls, offering: Offering) -> Connection:
        provider = offering.provider
        return cls(
            offering_id=offering.pk,
            provider_id=provider.pk,
            provider=provider.slug,
            provider_name=provider.name,
            is_simulated=provider.is_simulated,
            base_url=provider.base_url,
            api_key=provider.api_key,
            headers=provider.sent_headers,
            upstream_id=offering.upstream_id,
            is_own=provider.team_id is not None,
        )


def connections_of(model: Model) -> list[Connection]:
    """Whom to ask for an answer of this model, best first; empty when nobody serves it."""
    connections = []
    for offering in Offering.objects.open().filter(model=model):
        try:
            connections.append(Connection.of(offering))
        except encryption.Unreadable:
            detail = f"{offering.provider.name} {UNREADABLE_KEY}"
            health.report(offering.provider_id, ok=False, detail=detail)
    return connections
