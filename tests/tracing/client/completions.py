"""What the client asks our models through the trace server: saved models that answer, and completions of its own."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
import weave
from weave.flow.llm_structured_model import LLMStructuredCompletionModel, LLMStructuredCompletionModelDefaultParams
from weave.trace.weave_client import WeaveClient

from tests.model_ids import PHI
from tests.tracing.client.reading import calls


def asked(path: str, text: str = "How is cement made?", **said: Any) -> dict[str, Any]:
    inputs = {"model": PHI, "messages": [{"role": "user", "content": text}], "simulate": {"length": 8}}
    return {"project_id": path, "inputs": {**inputs, "temperature": None, **said.pop("inputs", {})}, **said}


def kept(client: WeaveClient, **which: Any) -> Any:
    """The one call of these: it is written a moment after its answer."""
    deadline = time.monotonic() + 20
    while not (found := calls(client, filter=which)) and time.monotonic() < deadline:
        time.sleep(0.05)
    [call] = found
    return call


def test_a_saved_model_answers(client: WeaveClient) -> None:
    prompt = weave.publish(weave.MessagesPrompt([{"role": "system", "content": "Be {manner}."}]), "manner")
    params = LLMStructuredCompletionModelDefaultParams(prompt=prompt.uri, response_format="text")
    model = LLMStructuredCompletionModel(llm_model_id=PHI, default_params=params)
    saved = weave.publish(model, "our-model")
    said = saved.get().predict("Who are you?", manner="brief")
    call = kept(client, op_names=[f"weave:///{client.entity}/{client.project}/op/openai.chat.completions.create:*"])
    assert call.inputs["messages"][0] == {"role": "system", "content": "Be brief."}
    assert call.inputs["messages"][1]["content"] == "Who are you?"
    assert said in (call.output["choices"][0]["message"]["content"], call.output["choices"][0]["message"])


def test_a_completion_stands_under_the_call_that_asked(client: WeaveClient, project_path: str) -> None:
    @weave.op
    def judge() -> str:
        above = weave.get_current_call()
        assert above is not None
        answer = client.server.completions_create(asked(project_path, trace_id=above.trace_id, parent_id=above.id))
        return str(answer.weave_call_id)

    call_id, above = judge.call()
    below = kept(client, call_ids=[call_id])
    assert (below.parent_id, below.trace_id) == (above.id, above.trace_id)
    assert below.summary["usage"][PHI]["completion_tokens"] == 8


def test_a_streamed_completion_comes_in_chunks_and_is_one_call(client: WeaveClient, project_path: str) -> None:
    first, *chunks = client.server.completions_create_stream(asked(project_path))
    text = "".join(choice["delta"].get("content") or "" for chunk in chunks for choice in chunk["choices"])
    call = kept(client, call_ids=[first["_meta"]["weave_call_id"]])
    assert call.output["choices"][0]["message"]["content"] == text
    assert chunks[-1]["usage"]["completion_tokens"] == 8


def test_what_breaks_off_says_so_in_its_last_line(client: WeaveClient, project_path: str) -> None:
    breaking = asked(project_path, inputs={"simulate": {"length": 20, "cut_after": 5}})
    *_, last = client.server.completions_create_stream(breaking)
    assert "error" in last


def test_nothing_is_kept_of_one_that_is_not_tracked(client: WeaveClient, project_path: str) -> None:
    answer = client.server.completions_create(asked(project_path, track_llm_call=False))
    assert answer.response["choices"]
    assert answer.weave_call_id is None
    tracked = client.server.completions_create(asked(project_path))
    assert kept(client).id == tracked.weave_call_id


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"model": "no/such"}, "no/such"),
        ({"messages": []}, "messages"),
        ({"prompt": "weave:///local/no/object/thing:latest"}, "prompt"),
    ],
)
def test_what_cannot_be_asked_is_named(
    client: WeaveClient, project_path: str, wrong: dict[str, Any], reason: str
) -> None:
    with pytest.raises(Exception, match=reason) as refused:
        client.server.completions_create(asked(project_path, inputs=wrong))
    body: Any = refused.value
    assert reason in json.dumps(body.response.json())
