"""The `llm` command, told of Lineup as its documentation says: by extra-openai-models.yaml."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest

from tests.clients.conftest import Run
from tests.model_ids import PHI


@pytest.fixture
def llm(run: Run, clients_python: str, base_url: str, tmp_path: Path) -> Run:
    entry = {
        "model_id": "phi",
        "model_name": PHI,
        "api_base": base_url,
        "api_key_name": "lineup",
        "supports_schema": True,
        "supports_tools": True,
    }
    # JSON is YAML.
    (tmp_path / "extra-openai-models.yaml").write_text(json.dumps([entry]))
    return partial(run, clients_python, "-m", "llm", LLM_USER_PATH=str(tmp_path))


def test_it_answers_with_the_key_it_keeps(llm: Run, key: str) -> None:
    llm("keys", "set", "lineup", "--value", key)
    assert "phi" in llm("models")
    assert "simulated" in llm("-m", "phi", "Say hello").lower()
    assert "simulated" in llm("-m", "phi", "--no-stream", "Say hello").lower()


def test_its_log_has_the_usage(llm: Run, key: str) -> None:
    llm("-m", "phi", "--key", key, "Say hello")
    (logged,) = json.loads(llm("logs", "--json"))
    assert logged["input_tokens"] > 0
    assert logged["output_tokens"] > 0


def test_it_goes_on_with_a_conversation(llm: Run, key: str) -> None:
    llm("-m", "phi", "--key", key, "Say hello")
    assert "simulated" in llm("-c", "--key", key, "And goodbye").lower()


def test_its_schema_is_answered(llm: Run, key: str) -> None:
    said = json.loads(llm("-m", "phi", "--key", key, "--schema", "name, age int", "A dog"))
    assert isinstance(said["age"], int)
