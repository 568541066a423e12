"""A resolver that tests write, and the stage for providers on this machine."""

from __future__ import annotations

import pytest
from pytest_django.fixtures import Settings

from tests.inference_catalog.own.owning import Names


@pytest.fixture(autouse=True)
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    return Names(monkeypatch)


@pytest.fixture
def private_allowed(settings: Settings) -> None:
    """Upstreams of tests are on this machine."""
    settings.OWN_PROVIDERS_MAY_BE_PRIVATE = True
