"""A model that one provider serves, the simulator, and the people of the cast as callers."""

from __future__ import annotations

import pytest

from accounts.caller import Caller
from accounts.models import Project, User
from completions import routes
from inference_catalog.models import Model, Offering, Price, Provider

MODEL = "microsoft/Phi-4-mini-instruct"


def provider(name: str, base_url: str, *, kind: str = "openai", priority: int = 100) -> Provider:
    return Provider.objects.create(slug=name, name=name.title(), kind=kind, base_url=base_url, priority=priority)


@pytest.fixture
def model(transactional_db: None) -> Model:
    """$1 in and $2 out per million tokens; nobody serves it yet."""
    model = Model.objects.create(model_id=MODEL, name="Phi 4 Mini", context_window=128_000, max_output=4_000)
    Price.objects.create(model=model, input=1_000_000, output=2_000_000)
    routes.forget()
    return model


@pytest.fixture
def simulated(model: Model, simulator_url: str) -> Provider:
    """The simulator serves it."""
    simulator = provider("simulator", simulator_url, kind="simulator")
    Offering.objects.create(model=model, provider=simulator, upstream_id=MODEL)
    return simulator


@pytest.fixture
def caller(alice: User, project: Project) -> Caller:
    return Caller.of(alice, project, door="api")
