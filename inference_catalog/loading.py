"""From the catalog file into the tables: all of it in one transaction, again without harm."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, time

from django.db import transaction
from django.utils import timezone

from common import clock
from inference_catalog.catalog_file import Catalog, ModelRow, PriceRow
from inference_catalog.models import Model, Price, Source


@dataclass
class Loaded:
    """IDs of models, by what became of them."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    retired: list[str] = field(default_factory=list)
    priced: list[str] = field(default_factory=list)


@transaction.atomic
def load(catalog: Catalog) -> Loaded:
    loaded = Loaded()
    for row in catalog.models:
        model = _load_model(row, loaded)
        if row.price and _load_price(model, row.price):
            loaded.priced.append(row.id)
    _name_replacements(catalog)
    _retire_missing(catalog, loaded)
    return loaded


def _load_model(row: ModelRow, loaded: Loaded) -> Model:
    values = _values(row)
    model = Model.objects.filter(model_id=row.id).first()
    retired_at = timezone.now() if row.status == "retired" else None
    if model is None:
        loaded.added.append(row.id)
        return Model.objects.create(model_id=row.id, retired_at=retired_at, **values)
    changed = [name for name, value in values.items() if getattr(model, name) != value]
    if changed:
        if "status" in changed:
            loaded.retired += [row.id] if retired_at else []
            model.retired_at = retired_at
        for name in changed:
            setattr(model, name, values[name])
        model.save(update_fields=[*changed, "retired_at"])
        loaded.changed.append(row.id)
    return model


def _values(row: ModelRow) -> dict[str, object]:
    return row.model_dump(exclude={"id", "ollama", "replacement", "price"}) | {"source": Source.CATALOG}


def _load_price(model: Model, row: PriceRow) -> bool:
    """A new price where the file's differs from the one it gave last; whether there was one to add."""
    last = model.prices.filter(source=Source.CATALOG).order_by("-effective_at").first()
    if last and (last.input, last.output, last.cached_input) == row.micro():
        return False
    model.prices.filter(source=Source.CATALOG).withdraw_scheduled()
    now = clock.now()
    moment = datetime.combine(row.since, time(), UTC) if row.since else now
    # The first price may begin in the past; a later one must not change what the past has cost.
    if model.prices.filter(effective_at__lte=now).exists():
        moment = max(moment, now)
    amounts = dict(zip(("input", "output", "cached_input"), row.micro(), strict=True))
    Price.objects.create(model=model, effective_at=moment, source=Source.CATALOG, **amounts)
    return True


def _name_replacements(catalog: Catalog) -> None:
    by_id = Model.objects.in_bulk([row.id for row in catalog.models], field_name="model_id")
    for row in catalog.models:
        model, replacement = by_id[row.id], by_id[row.replacement] if row.replacement else None
        if model.replacement != replacement:
            model.replacement = replacement
            model.save(update_fields=["replacement"])


def _retire_missing(catalog: Catalog, loaded: Loaded) -> None:
    missing = Model.objects.listed().filter(source=Source.CATALOG)
    for model in missing.exclude(model_id__in=[row.id for row in catalog.models]):
        model.retire()
        loaded.retired.append(model.model_id)
