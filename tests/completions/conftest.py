"""A model that the simulator serves, and Alice as a caller."""

from __future__ import annotations

import pytest

from accounts.caller import Caller
from accounts.models import Project, User
from completions import routes
from inference_catalog.models import Model, Provider
from tests.completions.stage import MODEL, priced, serve


@pytest.fixture
def model(transactional_db: None) -> Model:
    """$1 in and $2 out per million tokens; nobody serves it yet."""
    routes.forget()
    return priced(MODEL)


@pytest.fixture
def simulated(model: Model, simulator_url: str) -> Provider:
    """The simulator serves it."""
    return serve(model, "simulator", simulator_url, kind="simulator")


@pytest.fixture
def caller(alice: User, project: Project) -> Caller:
    return Caller.of(alice, project, door="api")
