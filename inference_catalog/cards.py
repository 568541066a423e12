"""A model as people see it: what it costs now, who answers, how fast it is here, and why it cannot be called."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from common import clock
from inference_catalog.models import Model, Offering, Price, Provider
from inference_catalog.own_prices import OwnPrices, TokenPrice
from inference_catalog.speed import Medians, medians


@dataclass(frozen=True)
class Card:
    model: Model
    price: TokenPrice | None
    #: Best first.
    offerings: list[Offering] = field(default_factory=list)
    speed: Medians = field(default_factory=Medians)
    #: Whether it is the organization's own price.
    is_own_price: bool = False

    @property
    def answerer(self) -> Provider | None:
        return self.offerings[0].provider if self.offerings else None

    @property
    def is_simulated(self) -> bool:
        return self.answerer is not None and self.answerer.is_simulated

    @property
    def unreachable(self) -> list[Provider]:
        """Who would answer but was not found there."""
        providers = (offering.provider for offering in self.offerings)
        return [provider for provider in providers if provider.health == Provider.Health.DOWN]

    @property
    def obstacle(self) -> str:
        """Why it cannot be called, in few words; empty where it can."""
        if self.model.status == Model.Status.RETIRED:
            return "Retired"
        if self.price is None:
            return "No price yet"
        return "" if self.offerings else "No provider"

    @cached_property
    def words(self) -> str:
        """What a search looks into."""
        model = self.model
        said: Iterable[Any] = (
            model.name,
            model.model_id,
            model.maker,
            model.summary,
            *model.modalities,
            *model.features,
        )
        return " ".join(said).lower()


def cards(models: Iterable[Model], own: OwnPrices | None = None) -> list[Card]:
    """In the order of the models; four queries, however many there are. `own`: the prices of whose people look."""
    models = list(models)
    prices, own = _prices(models), own or {}
    offerings: dict[object, list[Offering]] = defaultdict(list)
    for offering in Offering.objects.open().filter(model__in=models):
        offerings[offering.model_id].append(offering)
    speeds = medians()
    return [
        Card(
            model,
            # A model is priced by a contract only while the catalog lets it be called.
            price and own.get(model.model_id, price),
            offerings[model.pk],
            speeds.get(model.model_id, Medians()),
            is_own_price=price is not None and model.model_id in own,
        )
        for model, price in ((model, prices.get(model.pk)) for model in models)
    ]


def only_simulated(cards: list[Card]) -> bool:
    """Whether all answers that can be had are the simulator's."""
    answered = [card for card in cards if card.answerer]
    return bool(answered) and all(card.is_simulated for card in answered)


def _prices(models: list[Model]) -> dict[object, Price]:
    """Those now in force: of each model's, the last to begin."""
    begun = Price.objects.filter(model__in=models, effective_at__lte=clock.now()).order_by("effective_at")
    return {price.model_id: price for price in begun}
