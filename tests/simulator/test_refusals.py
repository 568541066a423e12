from __future__ import annotations

import http.client
import json
from typing import Any

import pytest
from openai import AuthenticationError, NotFoundError

from tests.simulator.requests import client, refusal, says
from tests.simulator.serving import Simulator


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"model": None}, "model"),
        ({"model": ""}, "model"),
        ({"messages": None}, "messages"),
        ({"messages": []}, "messages"),
        ({"messages": "hello"}, "messages"),
        ({"messages": ["hello"]}, "messages[0]"),
        ({"messages": [{"role": "wizard", "content": ""}]}, "messages[0].role"),
        ({"messages": [*says("x"), {"role": "user", "content": 5}]}, "messages[1].content"),
        ({"messages": [{"role": "user", "content": [{"type": "smell"}]}]}, "messages[0].content[0].type"),
        ({"n": 0}, "n"),
        ({"n": 129}, "n"),
        ({"max_tokens": 0}, "max_tokens"),
        ({"max_tokens": "many"}, "max_tokens"),
        ({"max_completion_tokens": 1.5}, "max_completion_tokens"),
        ({"temperature": 2.1}, "temperature"),
        ({"top_p": -1}, "top_p"),
        ({"frequency_penalty": 3}, "frequency_penalty"),
        ({"stop": 5}, "stop"),
        ({"stop": ["x"] * 17}, "stop"),
        ({"seed": "x"}, "seed"),
        ({"stream": "very"}, "stream"),
        ({"stream_options": {"include_usage": True}}, "stream_options"),
        ({"top_logprobs": 3}, "top_logprobs"),
        ({"logprobs": True, "top_logprobs": 21}, "top_logprobs"),
        ({"response_format": {"type": "poem"}}, "response_format.type"),
        ({"tools": [{"type": "function", "function": {}}]}, "tools[0].function.name"),
        ({"tools": [{"type": "gadget"}]}, "tools[0].type"),
        ({"simulate": {"status": 200}}, "simulate.status"),
        ({"simulate": {"stats": 500}}, "simulate.stats"),
        ({"simulate": 5}, "simulate"),
    ],
)
def test_it_names_the_parameter_at_fault(simulator: Simulator, body: dict[str, Any], param: str) -> None:
    status, error = refusal(simulator, **body)
    assert (status, error["param"]) == (400, param)
    assert param in error["message"]
    assert error.keys() == {"message", "type", "param", "code"}


def test_it_ignores_what_it_does_not_know(simulator: Simulator) -> None:
    assert "error" not in _exchange(
        simulator, "POST", "/v1/chat/completions", min_p=0.1, user="me", metadata={"a": "b"}
    )


def test_an_unknown_model_is_not_found(simulator: Simulator) -> None:
    with pytest.raises(NotFoundError) as caught:
        client(simulator).chat.completions.create(model="no/such", messages=[{"role": "user", "content": "Hi"}])
    assert caught.value.code == "model_not_found"
    assert "no/such" in caught.value.message


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'"text"', b"\xff\xfe", b"[" * 100_000])
def test_it_refuses_what_is_no_request(simulator: Simulator, data: bytes) -> None:
    assert _exchange(simulator, "POST", "/v1/chat/completions", data=data)["error"]["type"] == "invalid_request_error"


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/v1/chat/completions", "method_not_allowed"),
        ("GET", "/v1/nothing", "not_found"),
        ("GET", "/", "not_found"),
    ],
)
def test_it_refuses_in_json_everywhere(simulator: Simulator, method: str, path: str, code: str) -> None:
    assert _exchange(simulator, method, path)["error"]["code"] == code


def test_it_can_insist_on_a_key(simulators: Any) -> None:
    locked = simulators("--api-key", "right")
    with pytest.raises(AuthenticationError):
        client(locked).models.list()
    assert client(locked).with_options(api_key="right").models.list().data


def _exchange(simulator: Simulator, method: str, path: str, data: bytes | None = None, **body: Any) -> dict[str, Any]:
    asked = {"model": "meta-llama/Llama-3.1-8B-Instruct", "messages": says("Hi")} | body
    connection = http.client.HTTPConnection(simulator.host, simulator.port, timeout=10)
    connection.request(method, path, json.dumps(asked) if data is None and method == "POST" else data)
    read: dict[str, Any] = json.loads(connection.getresponse().read())
    connection.close()
    return read
