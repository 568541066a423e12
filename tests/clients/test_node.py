"""Clients for Node.js: their tests are in their own language, each told by its name when it fails."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.clients.conftest import Run

HERE = Path(__file__).resolve().parent


@pytest.fixture(autouse=True)
def node() -> None:
    if shutil.which("node") is None:
        pytest.skip("there is no Node.js here")


def test_the_openai_client_for_node(run: Run) -> None:
    run("node", "--test", HERE / "openai_node.mjs")


def test_the_ai_sdk(run: Run, clients_node: Path, tmp_path: Path) -> None:
    (tmp_path / "node_modules").symlink_to(clients_node / "node_modules")
    shutil.copy(HERE / "ai_sdk.mjs", tmp_path)
    run("node", "--test", "ai_sdk.mjs")
