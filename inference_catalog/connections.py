"""How to reach those who serve a model, best first: all the engine needs to know, and nothing that waits."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from inference_catalog.models import Model, Offering
from inference_catalog.secrets import reveal


@dataclass(frozen=True, slots=True)
class Connection:
    offering_id: uuid.UUID
    provider_id: uuid.UUID
    #: The provider's slug.
    provider: str
    provider_name: str
    is_simulated: bool
    base_url: str
    api_key: str
    headers: dict[str, str]
    upstream_id: str

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
            api_key=reveal(provider.encrypted_api_key),
            headers=dict(provider.headers),
            upstream_id=offering.upstream_id,
        )


def connections_of(model: Model) -> list[Connection]:
    return [Connection.of(offering) for offering in model.offerings.open()]
