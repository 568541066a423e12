"""What a team does with the providers it connects itself, and with their models.

A model's ID is `<team>/<provider>/<ID there>`: team names are unique on this server, so no two teams' models share one.
Nothing is deleted that usage or comparisons refer to: what is removed is retired, and comes back under the same ID.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

from django.db import transaction
from django.utils import timezone

from common import clock
from inference_catalog import model_ids
from inference_catalog.listing import NAME
from inference_catalog.models import Model, Offering, Price, Provider, Source


class Taken(Exception):
    """The message is for people."""


@dataclass(frozen=True, slots=True)
class Amounts:
    """Micro-USD per million tokens; zero is a price."""

    input: int = 0
    output: int = 0
    #: None: cached input costs what input costs.
    cached_input: int | None = None


@dataclass(frozen=True, slots=True)
class Described:
    name: str
    context_window: int | None = None
    max_output: int | None = None
    features: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Listed:
    """A model that the provider says it has."""

    upstream_id: str
    is_added: bool
    #: Why it cannot be added, as a sentence.
    fault: str


def model_id(provider: Provider, upstream_id: str) -> str:
    return f"{provider.team}/{provider.slug}/{upstream_id}"


def provider_slug_of(own_id: str) -> str:
    return own_id.split("/")[1]


def fault_of(provider: Provider, upstream_id: str) -> str:
    """Why no model can be called by this ID, as a sentence; empty if one can."""
    # In an address, "." and ".." would be other places.
    if not NAME.fullmatch(upstream_id) or {".", ".."} & set(upstream_id.split("/")):
        return "An ID is made of ASCII letters, digits and _ . : @ + -, with slashes between parts."
    is_long = len(model_id(provider, upstream_id)) > model_ids.LONGEST
    return "This ID is too long." if is_long else ""


def listed(names: Iterable[str], provider: Provider) -> list[Listed]:
    added = set(provider.offerings.standing().values_list("upstream_id", flat=True))
    return [Listed(name, name in added, fault_of(provider, name)) for name in names]


@transaction.atomic
def add_model(*, provider: Provider, upstream_id: str, described: Described, amounts: Amounts) -> Model:
    """Raises Taken."""
    name = model_id(provider, upstream_id)
    model = Model.objects.filter(model_id=name).first()
    if model is None:
        model = Model.objects.create(model_id=name, name=described.name, source=Source.OWN, team=provider.team)
    elif model.team_id != provider.team_id or model.status != Model.Status.RETIRED:
        raise Taken(f"There is a model {name} already.")
    else:
        model.bring_back()
    change_model(model=model, provider=provider, described=described, amounts=amounts)
    found = {"upstream_id": upstream_id, "withdrawn_at": None}
    Offering.objects.update_or_create(model=model, provider=provider, defaults=found)
    return model


@transaction.atomic
def change_model(*, model: Model, provider: Provider, described: Described, amounts: Amounts) -> None:
    """A new price is a row of its own, in force from now on: what was asked before keeps its price."""
    for name, value in asdict(described).items():
        setattr(model, name, value)
    _sign(model, provider)
    model.modalities = ["Text", "Vision"] if "vision" in described.features else ["Text"]
    model.save()
    last = model.price
    if last is None or (last.input, last.output, last.cached_input) != tuple(asdict(amounts).values()):
        Price.objects.create(model=model, effective_at=clock.now(), source=Source.OWN, **asdict(amounts))


@transaction.atomic
def rename(*, provider: Provider) -> None:
    """Its models say its new name."""
    for offering in provider.offerings.standing().select_related("model"):
        _sign(offering.model, provider)
        offering.model.save(update_fields=["maker", "summary"])


def _sign(model: Model, provider: Provider) -> None:
    model.maker = provider.name
    model.summary = f"Served by {provider.name}, which the team {provider.team} connected itself."


@transaction.atomic
def remove_model(*, offering: Offering) -> None:
    offering.withdrawn_at = timezone.now()
    offering.save(update_fields=["withdrawn_at"])
    offering.model.retire()


@transaction.atomic
def remove(*, provider: Provider) -> None:
    """It forgets its key and headers; its models are retired."""
    for offering in provider.offerings.standing().select_related("model"):
        remove_model(offering=offering)
    provider.is_enabled, provider.removed_at = False, timezone.now()
    provider.keep_api_key("")
    provider.keep_headers({})
    provider.save()
