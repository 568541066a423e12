"""What the catalog says of a model, remembered for a moment so that no request waits for it."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from functools import partial

from billing import waiting
from billing.prices import UnitPrices
from common.errors import ModelNotFound, UpstreamUnavailable
from inference_catalog.connections import Connection, connections_of
from inference_catalog.models import Model

#: Seconds for which a change of the catalog may go unseen.
MEMORY = 2.0
MOST_REMEMBERED = 2_000
#: Tokens of output to hold where nobody says what a model can put out.
USUAL_OUTPUT = 16_384

_remembered: dict[str, tuple[float, Route]] = {}


@dataclass(frozen=True, slots=True)
class Route:
    model: str
    prices: UnitPrices
    #: Tokens of output the model can have at most, as far as anybody says.
    known_output: int | None
    #: Tokens that fit into the model; 0 if nobody says.
    context: int
    #: Whom to ask, best first; never empty.
    connections: tuple[Connection, ...]
    #: Whose own model it is; None: everybody's.
    team_id: uuid.UUID | None = None

    @property
    def most_output(self) -> int:
        return self.known_output or USUAL_OUTPUT

    def is_open_to(self, team_id: uuid.UUID | None) -> bool:
        return self.team_id is None or self.team_id == team_id


async def route(model_id: str, team_id: uuid.UUID | None) -> Route:
    """Raises ModelNotFound for what this team cannot call, UpstreamUnavailable when nobody serves it."""
    until, known = _remembered.get(model_id, (0.0, None))
    if known is None or until < time.monotonic() or not known.is_open_to(team_id):
        asked = waiting.shared(("route", model_id, team_id), partial(read, model_id, team_id))
        known = await waiting.answer(asked)
        if len(_remembered) >= MOST_REMEMBERED:
            _remembered.clear()
        _remembered[model_id] = (time.monotonic() + MEMORY, known)
    return known


def is_known(model_id: str, team_id: uuid.UUID | None) -> bool:
    """Whether it is remembered as a model that this team can call."""
    until, known = _remembered.get(model_id, (0.0, None))
    return known is not None and until >= time.monotonic() and known.is_open_to(team_id)


def forget() -> None:
    """The next request asks the catalog again."""
    _remembered.clear()


def read(model_id: str, team_id: uuid.UUID | None) -> Route:
    model = Model.objects.callable(model_id, team_id)
    price = model.price
    if price is None:
        raise ModelNotFound(f"The model `{model_id}` has no price yet and cannot be called.", param="model")
    connections = connections_of(model)
    if not connections:
        raise UpstreamUnavailable(f"No provider serves {model.name}.")
    cached = price.input if price.cached_input is None else price.cached_input
    return Route(
        model=model.model_id,
        prices=UnitPrices(price.input, cached, price.output),
        known_output=model.max_output or model.context_window,
        context=model.context_window or 0,
        connections=tuple(connections),
        team_id=model.team_id,
    )
