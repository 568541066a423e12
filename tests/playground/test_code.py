"""A lane as code: as it stands, with everything in it, whatever was said there."""

from __future__ import annotations

import html
import json
import os
import re
import subprocess
import sys
import types
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock, patch

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings

from playground.code_samples import code_samples
from playground.models import Answer, Comparison, Lane, Message
from tests.common.test_literals import TEXTS, VALUES

LANGUAGES = ["python", "weave", "javascript", "bash"]
#: Stands in curl's place and keeps what it was given.
CURL = "#!/bin/sh\ncat > body\nprintf '%s\\n' \"$@\" > arguments\n"
HTTP = {"base_url": "http://127.0.0.1:8000/v1", "project": "local/playground"}


def shown(client: Client, address: str) -> dict[str, str]:
    """The samples by language, as they would be copied."""
    page = client.get(address).content.decode()
    found = re.findall(r'<code id="sample-(\w+)"[^>]*>(.*?)</code>', page, re.DOTALL)
    return {language: html.unescape(code) for language, code in found}


def sent_by_curl(code: str) -> Any:
    return json.loads(re.findall(r"<<'JSON'\n(.*)\nJSON\n$", code, re.DOTALL)[0])


def test_it_has_every_language(alice_client: Client, lane: Lane) -> None:
    Message.objects.create(lane=lane, role="user", text="Who are you?")
    code = shown(alice_client, f"/playground/lanes/{lane.pk}/code")
    assert list(code) == LANGUAGES
    for sample in code.values():
        assert "http://testserver/v1" in sample
        assert "alice/playground" in sample
        assert "LINEUP_API_KEY" in sample
        assert lane.model.model_id in sample
        assert "Who are you?" in sample


def test_it_is_the_lane_as_it_stands(alice_client: Client, comparison: Comparison, lane: Lane) -> None:
    Lane.objects.filter(pk=lane.pk).update(system_prompt="Be brief.", settings={"temperature": 0, "stop": ["\n"]})
    for role, text in (("user", "One?"), ("assistant", "One."), ("system", "Now in French.")):
        Message.objects.create(lane=lane, role=role, text=text)
    Comparison.objects.update(draft="Two?")
    assert sent_by_curl(shown(alice_client, f"/playground/lanes/{lane.pk}/code")["bash"]) == {
        "model": lane.model.model_id,
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "One?"},
            {"role": "assistant", "content": "One."},
            {"role": "system", "content": "Now in French."},
            {"role": "user", "content": "Two?"},
        ],
        "stream": True,
        "stream_options": {"include_usage": True},
        "temperature": 0,
        "stop": ["\n"],
    }


def test_a_lane_that_is_answering_shows_what_it_was_asked(alice_client: Client, lane: Lane) -> None:
    Message.objects.create(lane=lane, role="user", text="Well?")
    message = Message.objects.create(lane=lane, role="assistant", text="I am")
    Answer.objects.create(message=message, lane=lane, model=lane.model.model_id, state="streaming")
    body = sent_by_curl(shown(alice_client, f"/playground/lanes/{lane.pk}/code")["bash"])
    assert body["messages"] == [{"role": "user", "content": "Well?"}]


def test_an_empty_lane_says_what_would_be_here(alice_client: Client, lane: Lane) -> None:
    for view in ("code", "request"):
        assert "Nothing was said" in alice_client.get(f"/playground/lanes/{lane.pk}/{view}").content.decode()


def test_an_answer_that_was_never_asked_for_has_no_code(alice_client: Client, lane: Lane) -> None:
    message = Message.objects.create(lane=lane, role="assistant")
    answer = Answer.objects.create(message=message, lane=lane, model=lane.model.model_id, state="failed")
    for view in ("code", "sent"):
        assert "was not sent" in alice_client.get(f"/playground/answers/{answer.pk}/{view}").content.decode()


@pytest.mark.parametrize("view", ["code", "request"])
def test_it_is_nobody_else_s(charlie_client: Client, lane: Lane, view: str) -> None:
    assert charlie_client.get(f"/playground/lanes/{lane.pk}/{view}").status_code == 404


@given(text=TEXTS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_message_breaks_out_of_the_page(alice_client: Client, lane: Lane, text: str) -> None:
    lane.messages.all().delete()
    Message.objects.create(lane=lane, role="user", text=text.replace("\0", "") or "Hi")
    said = lane.messages.get().text
    code = shown(alice_client, f"/playground/lanes/{lane.pk}/code")
    assert list(code) == LANGUAGES
    assert sent_by_curl(code["bash"])["messages"][-1]["content"] == said


def body_of(text: str, settings: Any) -> dict[str, Any]:
    """`settings` may have members that OpenAI's client has no name for."""
    messages = [{"role": "user", "content": text}]
    return {"model": "maker/model", "messages": messages, "stream": True, "metadata": settings, "simulate": settings}


@given(text=TEXTS, parameter=VALUES)
@settings(max_examples=100, deadline=None)
@pytest.mark.parametrize("language", ["python", "weave"])
def test_python_asks_for_exactly_that(language: str, text: str, parameter: Any) -> None:
    body = body_of(text, parameter)
    [code] = [each.code for each in code_samples(body, **HTTP) if each.language.key == language]
    create = MagicMock(return_value=[])
    openai, weave = types.SimpleNamespace(OpenAI=MagicMock()), types.SimpleNamespace(op=lambda: lambda op: op)
    openai.OpenAI.return_value.chat.completions.create = create
    with (
        patch.dict(sys.modules, {"openai": openai, "weave": weave}),
        patch.dict(os.environ, {"LINEUP_API_KEY": "k", "WANDB_API_KEY": ""}),
    ):
        exec(compile(code, "sample.py", "exec"), {})
    given = dict(create.call_args.kwargs)
    assert given.pop("extra_body") == {"simulate": parameter}
    assert given == {name: value for name, value in body.items() if name != "simulate"}


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose `curl` keeps what it is given."""
    folder = tmp_path_factory.mktemp("shell")
    (folder / "curl").write_text(CURL)
    (folder / "curl").chmod(0o755)
    return folder


@given(text=TEXTS, parameter=VALUES)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_shell_asks_for_exactly_that(shell: Path, text: str, parameter: Any) -> None:
    body = body_of(text, parameter)
    [code] = [each.code for each in code_samples(body, **HTTP) if each.language.key == "bash"]
    path = {"PATH": f"{shell}:{os.environ['PATH']}", "LINEUP_API_KEY": "the-key"}
    subprocess.run(["bash", "-c", code], cwd=shell, env=path, check=True, timeout=20)
    assert json.loads((shell / "body").read_bytes()) == body
    assert "Authorization: Bearer the-key" in (shell / "arguments").read_text()
