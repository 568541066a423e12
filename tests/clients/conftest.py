"""A served Lineup, and its address and key for clients that know nothing of it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.serving import Served, Store
from tests.simulator.serving import Simulator

Run = Callable[..., str]


@pytest.fixture(scope="session")
def _lineup(
    bootstrapped: Store, simulator_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Served, str]]:
    served = Served(Store(tmp_path_factory.mktemp("clients") / "lineup", copy_of=bootstrapped), simulator_url)
    served.start()
    yield served, served.key()
    served.kill()
    served.store.drop()


@pytest.fixture
def base_url(_lineup: tuple[Served, str], simulator: Simulator) -> str:
    """The simulator starts with an empty ledger and answers without waiting."""
    del simulator
    return f"{_lineup[0].url}/v1"


@pytest.fixture
def key(_lineup: tuple[Served, str]) -> str:
    return _lineup[1]


@pytest.fixture
def run(base_url: str, key: str, tmp_path: Path) -> Run:
    """What a program prints that finds Lineup through the variables that OpenAI's own clients read."""
    own = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "OPENAI_BASE_URL": base_url, "OPENAI_API_KEY": key}

    def ran(*command: str | Path, **environment: str) -> str:
        done = subprocess.run(
            command, cwd=tmp_path, env=own | environment, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return ran


@pytest.fixture
def clients_python() -> str:
    """A Python with the clients of tests/clients/requirements.lock."""
    return os.environ.get("CLIENTS_PYTHON") or pytest.skip("`make test` installs these clients")


@pytest.fixture
def clients_node() -> Path:
    """The folder with the clients of tests/clients/package-lock.json."""
    return Path(os.environ.get("CLIENTS_NODE") or pytest.skip("`make test` installs these clients"))
