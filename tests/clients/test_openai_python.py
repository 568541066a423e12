"""OpenAI's Python client, used as its own documentation uses it, with nothing changed but base URL and key."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Literal

import openai
import pytest
from pydantic import BaseModel

from tests.model_ids import LLAMA, PHI, R1
from tests.simulator.serving import Simulator

ASK: Any = [{"role": "user", "content": "What is the weather in Paris?"}]
WEATHER: Any = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather in a city",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}, "unit": {"enum": ["celsius", "fahrenheit"]}},
            "required": ["city", "unit"],
            "additionalProperties": False,
        },
        "strict": True,
    },
}


class Forecast(BaseModel):
    city: str
    sky: Literal["clear", "cloudy"]
    degrees: list[int]


@pytest.fixture
def client(base_url: str, key: str) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=base_url, api_key=key) as client:
        yield client


def drill(**members: Any) -> dict[str, Any]:
    return {"simulate": members}


def test_an_answer_comes_in_one_piece(client: openai.OpenAI) -> None:
    answer = client.chat.completions.create(model=PHI, messages=ASK, extra_body=drill(echo="Rain, mostly."))
    assert (answer.object, answer.model) == ("chat.completion", PHI)
    assert answer.choices[0].message.content == "Rain, mostly."
    assert answer.choices[0].finish_reason == "stop"
    assert answer.usage is not None
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens > 0
    assert answer._request_id


def test_an_answer_is_streamed_in_chunks_of_one_id(client: openai.OpenAI) -> None:
    with client.chat.completions.create(model=PHI, messages=ASK, stream=True, extra_body=drill(length=12)) as stream:
        chunks = list(stream)
    assert len({(chunk.id, chunk.created) for chunk in chunks}) == 1
    assert all(chunk.usage is None and len(chunk.choices) == 1 for chunk in chunks)
    assert sum(bool(chunk.choices[0].delta.content) for chunk in chunks) == 12
    assert chunks[-1].choices[0].finish_reason == "stop"


def test_the_usage_of_a_stream_comes_last_when_asked_for(client: openai.OpenAI) -> None:
    options: Any = {"include_usage": True}
    *chunks, last = client.chat.completions.create(
        model=PHI, messages=ASK, stream=True, stream_options=options, extra_body=drill(length=12)
    )
    assert (last.choices, last.usage and last.usage.completion_tokens) == ([], 12)
    assert all(chunk.usage is None for chunk in chunks)


def test_the_stream_helper_tells_its_events_and_keeps_the_whole(client: openai.OpenAI) -> None:
    with client.chat.completions.stream(model=PHI, messages=ASK, extra_body=drill(echo="It is raining.")) as stream:
        told = [event.delta for event in stream if event.type == "content.delta"]
        whole = stream.get_final_completion()
    assert "".join(told) == whole.choices[0].message.content == "It is raining."


@pytest.mark.parametrize("stream", [False, True])
def test_an_answer_is_parsed_into_a_model(client: openai.OpenAI, stream: bool) -> None:
    if stream:
        with client.chat.completions.stream(model=LLAMA, messages=ASK, response_format=Forecast) as events:
            answer = events.get_final_completion()
    else:
        answer = client.chat.completions.parse(model=LLAMA, messages=ASK, response_format=Forecast)
    assert isinstance(answer.choices[0].message.parsed, Forecast)


def test_tools_are_called_and_their_results_are_read(client: openai.OpenAI) -> None:
    asked = client.chat.completions.parse(model=LLAMA, messages=ASK, tools=[WEATHER], tool_choice="required")
    assert asked.choices[0].finish_reason == "tool_calls"
    (call,) = asked.choices[0].message.tool_calls or []
    assert json.loads(call.function.arguments).keys() == {"city", "unit"}
    result: Any = {"role": "tool", "tool_call_id": call.id, "content": '{"degrees": 21}'}
    said: Any = asked.choices[0].message.model_dump(exclude_none=True, exclude={"parsed"})
    answer = client.chat.completions.create(model=LLAMA, messages=[*ASK, said, result], tools=[WEATHER])
    assert "21" in (answer.choices[0].message.content or "")


def test_parallel_calls_of_a_stream_are_put_together_by_index(client: openai.OpenAI) -> None:
    stream = client.chat.completions.create(
        model=LLAMA, messages=ASK, tools=[WEATHER], tool_choice="required", stream=True, extra_body=drill(calls=3)
    )
    calls: dict[int, str] = {}
    for chunk in stream:
        for call in chunk.choices[0].delta.tool_calls or []:
            assert call.function is not None
            calls[call.index] = calls.get(call.index, "") + (call.function.arguments or "")
    assert [json.loads(arguments)["unit"] for _, arguments in sorted(calls.items())]
    assert len(calls) == 3


def test_a_streamed_call_is_parsed_by_the_stream_helper(client: openai.OpenAI) -> None:
    with client.chat.completions.stream(model=LLAMA, messages=ASK, tools=[WEATHER], tool_choice="required") as stream:
        message = stream.get_final_completion().choices[0].message
    (call,) = message.tool_calls or []
    assert isinstance(call.function.parsed_arguments, dict)
    assert call.function.parsed_arguments["city"]


@pytest.mark.parametrize("stream", [False, True])
def test_several_choices_each_have_their_index(client: openai.OpenAI, stream: bool) -> None:
    with client.chat.completions.stream(model=PHI, messages=ASK, n=3, extra_body=drill(length=6)) as events:
        streamed = events.get_final_completion()
    whole = client.chat.completions.create(model=PHI, messages=ASK, n=3, extra_body=drill(length=6))
    answer = streamed if stream else whole
    assert [choice.index for choice in answer.choices] == [0, 1, 2]
    assert all(choice.message.content and choice.finish_reason == "stop" for choice in answer.choices)


def test_logprobs_go_through(client: openai.OpenAI) -> None:
    answer = client.chat.completions.create(
        model=PHI, messages=ASK, logprobs=True, top_logprobs=2, extra_body=drill(length=5)
    )
    entries = (answer.choices[0].logprobs and answer.choices[0].logprobs.content) or []
    assert "".join(entry.token for entry in entries) == answer.choices[0].message.content
    assert all(entry.logprob <= 0 and len(entry.top_logprobs) == 2 for entry in entries)


def test_reasoning_is_there_beside_the_answer(client: openai.OpenAI) -> None:
    answer = client.chat.completions.create(model=R1, messages=ASK, extra_body=drill(think="Hmm.", echo="Rain."))
    assert (getattr(answer.choices[0].message, "reasoning_content", ""), answer.choices[0].message.content) == (
        "Hmm.",
        "Rain.",
    )


def test_the_raw_response_has_its_headers(client: openai.OpenAI) -> None:
    raw = client.chat.completions.with_raw_response.create(model=PHI, messages=ASK, extra_body=drill(length=3))
    assert raw.headers["x-request-id"]
    assert int(raw.headers["openai-processing-ms"]) >= 0
    assert raw.parse().choices[0].message.content


def test_the_streamed_response_has_its_headers_before_its_end(client: openai.OpenAI) -> None:
    with client.chat.completions.with_streaming_response.create(
        model=PHI, messages=ASK, stream=True, extra_body=drill(length=3)
    ) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        assert response.headers["x-request-id"]
        lines = [line for line in response.iter_lines() if line]
    assert lines[-1] == "data: [DONE]"


def test_the_project_is_named_by_the_client(base_url: str, key: str) -> None:
    with openai.OpenAI(base_url=base_url, api_key=key, project="local/playground") as client:
        assert client.chat.completions.create(model=PHI, messages=ASK, extra_body=drill(length=3)).choices
    with (
        openai.OpenAI(base_url=base_url, api_key=key, project="some/body") as stranger,
        pytest.raises(openai.AuthenticationError, match="Invalid Authentication"),
    ):
        stranger.chat.completions.create(model=PHI, messages=ASK)


def test_models_are_listed_and_found_by_ids_with_slashes(client: openai.OpenAI) -> None:
    models = {model.id: model for model in client.models.list()}
    assert {PHI, LLAMA, R1} <= set(models)
    assert client.models.retrieve(PHI) == models[PHI]
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("no/such-model")


def test_a_failure_is_retried_until_it_passes(client: openai.OpenAI, simulator: Simulator) -> None:
    passing = drill(status=503, times=2, key="openai-python", echo="At last.")
    raw = client.chat.completions.with_raw_response.create(model=PHI, messages=ASK, extra_body=passing)
    assert raw.retries_taken == 2
    assert raw.parse().choices[0].message.content == "At last."
    assert simulator.settled()["totals"]["refused"] == 2
