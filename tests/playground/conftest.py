from __future__ import annotations

from decimal import Decimal

import pytest

from accounts.models import Project, User
from common.money import micro_price
from inference_catalog.models import Model, Price
from playground.comparing import start
from playground.models import Comparison, Lane


def a_model(model_id: str, name: str) -> Model:
    model = Model.objects.create(model_id=model_id, name=name, maker=name.split()[0])
    Price.objects.create(model=model, input=micro_price(Decimal("0.5")), output=micro_price(Decimal("1.5")))
    return model


@pytest.fixture
def models(db: None) -> list[Model]:
    names = [("meta-llama/Llama-3.1-8B-Instruct", "Llama 3.1 8B"), ("microsoft/Phi-4-mini-instruct", "Phi 4 Mini")]
    return [a_model(model_id, name) for model_id, name in names]


@pytest.fixture
def comparison(alice: User, project: Project, models: list[Model]) -> Comparison:
    """Alice's, with lanes A and B."""
    return start(alice, project, models)


@pytest.fixture
def lane(comparison: Comparison) -> Lane:
    return comparison.lanes.get(letter="A")
