"""A served Lineup for clients of Weave, which run in processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.serving import ROOT, Served, Store

#: Programs that run in processes of their own; what they import stays there.
collect_ignore = ["client"]

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def traced(bootstrapped: Store, simulator_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    store = Store(tmp_path_factory.mktemp("traced") / "lineup", copy_of=bootstrapped)
    served = Served(store, simulator_url)
    served.start()
    yield served
    served.kill()
    store.drop()


@pytest.fixture(scope="session")
def traced_key(traced: Served) -> str:
    return traced.key()


@pytest.fixture
def run_client(traced: Served, traced_key: str, tmp_path: Path) -> Run:
    """Runs Python as somebody whose home is empty and who set the client's variables."""

    def run(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        return run_python(traced, traced_key, tmp_path, *arguments, **settings)

    return run


def run_python(
    served: Served, key: str, home: Path, *arguments: str, **settings: str
) -> subprocess.CompletedProcess[str]:
    environment = environment_of(served, key, home) | settings
    command = [sys.executable, *arguments]
    return subprocess.run(command, env=environment, cwd=home, capture_output=True, text=True, timeout=300, check=False)


def environment_of(served: Served, key: str, home: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "HOME": str(home),
        "WANDB_BASE_URL": served.url,
        "WANDB_API_KEY": key,
        # What it sent to another served Lineup under the same project's name it would not send again.
        "WEAVE_SERVER_CACHE_DIR": str(home / "cache"),
        # Neither its makers hear of it, nor does it look for a newer version.
        "WANDB_ERROR_REPORTING": "false",
    }
