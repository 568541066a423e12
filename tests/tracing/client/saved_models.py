"""Saved models as the client publishes and reads them, beside the API that answers by their names."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from typing import Any

import openai
import pytest
import weave
from weave.flow.llm_structured_model import LLMStructuredCompletionModel, LLMStructuredCompletionModelDefaultParams
from weave.trace.refs import ObjectRef
from weave.trace.weave_client import WeaveClient

from tests.model_ids import LLAMA, PHI
from tracing.saved_models.content import Content, read, value_of


@pytest.fixture
def api() -> Iterator[openai.OpenAI]:
    url = os.environ["WANDB_BASE_URL"] + "/v1"
    with openai.OpenAI(base_url=url, api_key=os.environ["WANDB_API_KEY"]) as api:
        yield api


def published(model: str, **params: object) -> ObjectRef:
    defaults = LLMStructuredCompletionModelDefaultParams.model_validate(params)
    return weave.publish(LLMStructuredCompletionModel(llm_model_id=model, default_params=defaults), "helper")


def stored(client: WeaveClient, ref: ObjectRef) -> object:
    project = f"{client.entity}/{client.project}"
    return client.server.obj_read({"project_id": project, "object_id": ref.name, "digest": ref.digest}).obj.val


def test_what_was_published_is_called_by_its_name(client: WeaveClient, project_path: str, api: openai.OpenAI) -> None:
    published(PHI, max_tokens=3, messages_template=[{"role": "system", "content": "Be {manner}."}])
    said = api.chat.completions.create(
        model=f"{project_path}/helper:v0",
        messages=[{"role": "user", "content": "Hello"}],
        extra_headers={"OpenAI-Project": project_path},
    )
    assert said.model == f"{project_path}/helper:v0"
    assert said.usage is not None
    assert said.usage.completion_tokens == 3
    assert f"{project_path}/helper" in [model.id for model in api.models.list()]
    assert api.models.retrieve(f"{project_path}/helper:v0").owned_by == project_path.partition("/")[0]


def test_the_latest_is_that_of_the_client(client: WeaveClient, project_path: str, api: openai.OpenAI) -> None:
    published(PHI, max_tokens=3)
    ask = {"model": f"{project_path}/helper", "messages": [{"role": "user", "content": "Hello"}]}
    assert api.chat.completions.create(**ask).usage.completion_tokens == 3  # type: ignore[call-overload]
    published(LLAMA, max_tokens=5)
    deadline = time.monotonic() + 20
    tokens = 3
    while tokens == 3 and time.monotonic() < deadline:
        tokens = api.chat.completions.create(**ask).usage.completion_tokens  # type: ignore[call-overload]
    assert tokens == 5


def test_what_we_write_is_what_the_client_writes(client: WeaveClient) -> None:
    said = {"role": "system", "content": "Be brief."}
    functions = [{"name": "f", "parameters": {"type": "object"}}]
    ref = published(
        PHI,
        messages_template=[said],
        temperature=0.5,
        max_tokens=7,
        stop=["a"],
        functions=functions,
        response_format="json_object",
    )
    value = stored(client, ref)
    assert value == value_of(read(value))
    tools = [{"type": "function", "function": functions[0]}]
    wanted = {"temperature": 0.5, "max_tokens": 7, "stop": ["a"], "tools": tools}
    assert read(value) == Content(PHI, {**wanted, "response_format": {"type": "json_object"}}, (said,))


def test_what_has_no_place_in_the_class_does_not_disturb_it(client: WeaveClient) -> None:
    schema = {"type": "json_schema", "json_schema": {"name": "answer", "schema": {"type": "object"}}}
    content = Content(PHI, {"seed": 7, "reasoning_effort": "low", "response_format": schema}, title="helper", trials=3)
    project = f"{client.entity}/{client.project}"
    obj: Any = {"project_id": project, "object_id": "helper", "val": value_of(content)}
    client.server.obj_create({"obj": obj})
    got = weave.ref("helper:v0").get()
    assert isinstance(got, LLMStructuredCompletionModel)
    assert (got.llm_model_id, got.default_params.response_format) == (PHI, "json_schema")
    assert got.default_params.n_times is None
