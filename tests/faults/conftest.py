"""A Lineup for the tests of a module, with room for as many requests as they like."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.serving import Served, Store
from tests.simulator.serving import Simulator

ROOMY = {"CONCURRENCY_PER_USER": "2000", "CONCURRENCY_PER_PROJECT": "2000"}


@pytest.fixture(scope="module")
def settings_of_lineup() -> dict[str, str]:
    """A module that wants other settings has a fixture of this name."""
    return ROOMY


@pytest.fixture(scope="module")
def _lineup(
    bootstrapped: Store,
    simulator_url: str,
    settings_of_lineup: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Served, str]]:
    served = Served(
        Store(tmp_path_factory.mktemp("faults") / "lineup", copy_of=bootstrapped), simulator_url, **settings_of_lineup
    )
    served.start()
    yield served, served.key()
    served.kill()
    served.store.drop()


@pytest.fixture
def lineup(_lineup: tuple[Served, str], simulator: Simulator) -> Served:
    """The simulator starts with an empty ledger and answers without waiting."""
    del simulator
    return _lineup[0]


@pytest.fixture
def key(_lineup: tuple[Served, str]) -> str:
    return _lineup[1]
