"""Who serves what: offerings follow from the catalog file and from what a provider lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from inference_catalog.catalog_file import Catalog
from inference_catalog.listing import Listed, Listing
from inference_catalog.models import Model, Offering, Provider, Source

#: Kinds that are set up to serve the catalog: their list is believed, and without one they serve all of it.
SERVES_CATALOG = (Provider.Kind.WANDB, Provider.Kind.OPENAI, Provider.Kind.SIMULATOR)


@transaction.atomic
def follow(provider: Provider, listing: Listing, catalog: Catalog) -> None:
    """Makes, withdraws and brings back the provider's offerings; a list that cannot be had changes none."""
    if listing.models is not None:
        provider.listed_at = timezone.now()
        provider.save(update_fields=["listed_at"])
    elif provider.listed_at is not None:
        return
    listed = {entry.id: entry for entry in listing.models or ()}
    served = of_catalog(provider, listed, catalog)
    known = {name for row in catalog.models for name in row.names()}
    served |= {name: name for name, entry in listed.items() if name not in known and _discovered(entry)}
    _offer(provider, served)


def of_catalog(provider: Provider, listed: Mapping[str, Listed], catalog: Catalog) -> dict[str, str]:
    """IDs of the catalog's models with the names under which the provider serves them."""
    served = {}
    for row in catalog.models:
        name = next((name for name in row.names() if name in listed), None)
        if name is not None:
            served[row.id] = name
    if not served and provider.from_settings and provider.kind in SERVES_CATALOG:
        # Servers of one model answer to any name, and gateways list other names than they take.
        return {row.id: row.id for row in catalog.models}
    return served


def _discovered(entry: Listed) -> bool:
    """A model that the catalog does not know is kept as it is listed; it cannot be called before it has a price."""
    owner, _, name = entry.id.rpartition("/")
    defaults = {
        "name": name[:100],
        "maker": owner.rpartition("/")[2][:100],
        "logo": _logo(owner.rpartition("/")[2]),
        "modalities": ["Text"],
        "context_window": entry.max_model_len if entry.max_model_len and entry.max_model_len > 0 else None,
        "source": Source.PROVIDER,
    }
    model, _created = Model.objects.get_or_create(model_id=entry.id, defaults=defaults)
    # What the file has retired stays retired, whoever still lists it; what is a team's own is nobody else's to serve.
    return model.source not in (Source.CATALOG, Source.OWN)


def _logo(maker: str) -> str:
    """The maker's among the icons, by the name under which it publishes models; empty where there is none."""
    name = f"{maker.lower().partition('-')[0]}-color"
    icons = Path(settings.NODE_MODULES) / "@lobehub" / "icons-static-svg" / "icons"
    return name if maker and (icons / f"{name}.svg").is_file() else ""


def _offer(provider: Provider, served: Mapping[str, str]) -> None:
    models = Model.objects.in_bulk(list(served), field_name="model_id")
    offerings = {offering.model_id: offering for offering in provider.offerings.all()}
    wanted = {models[model_id].pk: upstream_id for model_id, upstream_id in served.items()}
    Offering.objects.bulk_create(
        Offering(model_id=pk, provider=provider, upstream_id=upstream_id)
        for pk, upstream_id in wanted.items()
        if pk not in offerings
    )
    for pk, offering in offerings.items():
        if pk in wanted and (offering.withdrawn_at or offering.upstream_id != wanted[pk]) and not offering.by_staff:
            offering.withdrawn_at, offering.upstream_id = None, wanted[pk]
            offering.save(update_fields=["withdrawn_at", "upstream_id"])
        elif pk not in wanted and not offering.withdrawn_at and not offering.by_staff:
            offering.withdrawn_at = timezone.now()
            offering.save(update_fields=["withdrawn_at"])


@transaction.atomic
def retire_unserved() -> list[str]:
    """Models that only providers ever listed go with the last of them, and come back with it; IDs of those gone."""
    served = Offering.objects.enabled().filter(model=OuterRef("pk"))
    discovered = Model.objects.filter(source=Source.PROVIDER).annotate(is_served=Exists(served))
    for model in discovered.filter(is_served=True, status=Model.Status.RETIRED):
        model.bring_back()
    return _retired(discovered.filter(is_served=False).exclude(status=Model.Status.RETIRED))


def _retired(models: Iterable[Model]) -> list[str]:
    gone = list(models)
    for model in gone:
        model.retire()
    return [model.model_id for model in gone]
