"""curl, as the samples and everybody's shell scripts use it."""

from __future__ import annotations

import json
import shutil
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.clients.conftest import Run
from tests.model_ids import PHI


@pytest.fixture
def curl(run: Run, key: str) -> Run:
    if shutil.which("curl") is None:
        pytest.skip("there is no curl here")
    return partial(run, "curl", "--silent", "--show-error", "-H", f"Authorization: Bearer {key}")


def asked(**more: Any) -> list[str]:
    body = {"model": PHI, "messages": [{"role": "user", "content": "Hello"}], **more}
    return ["-H", "Content-Type: application/json", "-d", json.dumps(body)]


@pytest.mark.parametrize("version", ["--http1.0", "--http1.1"])
def test_an_answer_in_one_piece(curl: Run, base_url: str, version: str) -> None:
    answer = json.loads(curl(version, f"{base_url}/chat/completions", *asked(simulate={"echo": "Hello you."})))
    assert answer["choices"][0]["message"]["content"] == "Hello you."


@pytest.mark.parametrize("version", ["--http1.0", "--http1.1"])
def test_a_stream_ends_with_done(curl: Run, base_url: str, version: str) -> None:
    said = curl("-N", version, f"{base_url}/chat/completions", *asked(stream=True, simulate={"length": 5}))
    *events, end = said.removesuffix("\n\n").split("\n\n")
    assert end == "data: [DONE]"
    deltas = [json.loads(event.removeprefix("data: "))["choices"][0]["delta"] for event in events]
    assert sum(bool(delta.get("content")) for delta in deltas) == 5


def test_a_stream_is_shown_before_it_ends(curl: Run, base_url: str) -> None:
    """curl gives up after five seconds of an answer that never ends, and has shown what there was."""
    stalled = asked(stream=True, simulate={"stall_after": 3})
    with pytest.raises(AssertionError) as gave_up:
        curl("-N", "--max-time", "5", f"{base_url}/chat/completions", *stalled)
    assert str(gave_up.value).count('"content"') >= 3


def test_a_large_body_waits_for_the_word_to_go_on(curl: Run, base_url: str, tmp_path: Path) -> None:
    _, kind, _, body = asked(messages=[{"role": "user", "content": "word " * 100_000}], simulate={"echo": "Read."})
    (tmp_path / "body.json").write_text(body)
    expecting = ["-H", kind, "-H", "Expect: 100-continue", "-d", "@body.json"]
    said = json.loads(curl(f"{base_url}/chat/completions", *expecting))
    assert said["choices"][0]["message"]["content"] == "Read."


@pytest.mark.parametrize("path", [PHI, PHI.replace("/", "%2F"), PHI.replace("/", "%2f")])
def test_a_model_is_found_by_its_id_encoded_or_not(curl: Run, base_url: str, path: str) -> None:
    assert json.loads(curl(f"{base_url}/models/{path}"))["id"] == PHI


def test_models_are_listed(curl: Run, base_url: str) -> None:
    listed = json.loads(curl(f"{base_url}/models"))
    assert listed["object"] == "list"
    assert PHI in [model["id"] for model in listed["data"]]


def test_a_refusal_has_its_status_and_is_json(run: Run, base_url: str) -> None:
    said = run("curl", "-s", "-w", "\n%{http_code} %{content_type}", f"{base_url}/models")
    body, _, status = said.rpartition("\n")
    assert status == "401 application/json"
    assert json.loads(body)["error"]["code"] == "invalid_api_key"
