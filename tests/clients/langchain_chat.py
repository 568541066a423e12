"""LangChain's ChatOpenAI; a pytest of the clients' own environment runs this file against OPENAI_BASE_URL."""

from __future__ import annotations

import asyncio
import os
from typing import Any

import openai
import pytest
from langchain_core.messages import AIMessageChunk, HumanMessage, ToolMessage
from langchain_openai import ChatOpenAI
from pydantic import BaseModel, SecretStr

ASK = "What is the weather in Paris?"


class Forecast(BaseModel):
    """The weather of a day."""

    city: str
    degrees: list[int]


class GetWeather(BaseModel):
    """The weather in a city."""

    city: str


def chat(model: str = "meta-llama/Llama-3.1-8B-Instruct", *, key: str = "", **drill: Any) -> ChatOpenAI:
    secret = SecretStr(key or os.environ["OPENAI_API_KEY"])
    return ChatOpenAI(model=model, api_key=secret, stream_usage=True, extra_body={"simulate": drill})


def test_invoke_answers_with_its_usage() -> None:
    answer = chat(echo="Rain, mostly.").invoke(ASK)
    assert answer.text == "Rain, mostly."
    assert answer.response_metadata["finish_reason"] == "stop"
    assert answer.usage_metadata is not None
    assert answer.usage_metadata["total_tokens"] > answer.usage_metadata["output_tokens"] > 0


def test_stream_adds_up_to_one_message_with_its_usage() -> None:
    chunks = list(chat(length=12).stream(ASK))
    assert all(isinstance(chunk, AIMessageChunk) for chunk in chunks)
    whole = sum(chunks[1:], chunks[0])
    assert sum(bool(chunk.text) for chunk in chunks) == 12
    assert whole.usage_metadata is not None
    assert whole.usage_metadata["output_tokens"] == 12


def test_ainvoke_and_astream() -> None:
    async def both() -> tuple[str, str]:
        streamed = [chunk.text async for chunk in chat(echo="Drizzle.").astream(ASK)]
        return (await chat(echo="Rain.").ainvoke(ASK)).text, "".join(streamed)

    assert asyncio.run(both()) == ("Rain.", "Drizzle.")


def test_batch_answers_in_order() -> None:
    answers = chat().batch([f"Question {number}?" for number in range(8)])
    assert all(answer.text for answer in answers)


@pytest.mark.parametrize("method", ["json_schema", "function_calling"])
def test_structured_output(method: Any) -> None:
    forecast = chat().with_structured_output(Forecast, method=method).invoke(ASK)
    assert isinstance(forecast, Forecast)


def test_bound_tools_are_called_and_their_results_are_read() -> None:
    bound = chat().bind_tools([GetWeather])
    asked = bound.invoke(ASK)
    (call,) = asked.tool_calls
    result = ToolMessage('{"degrees": 21}', tool_call_id=call["id"])
    assert "21" in bound.invoke([HumanMessage(ASK), asked, result]).text


def test_a_streamed_tool_call_is_put_together() -> None:
    chunks = list(chat().bind_tools([GetWeather]).stream(ASK))
    (call,) = sum(chunks[1:], chunks[0]).tool_calls
    assert (call["name"], list(call["args"])) == ("GetWeather", ["city"])


def test_logprobs_are_in_the_metadata() -> None:
    answer = chat(length=4).bind(logprobs=True).invoke(ASK)
    assert len(answer.response_metadata["logprobs"]["content"]) == 4


def test_a_failure_is_retried_until_it_passes() -> None:
    assert chat(status=503, times=1, echo="At last.").invoke(ASK).text == "At last."


def test_refusals_keep_their_class() -> None:
    with pytest.raises(openai.AuthenticationError, match="Invalid Authentication"):
        chat(key="lineup-of-somebody").invoke(ASK)
    with pytest.raises(openai.NotFoundError):
        chat("no/such-model").invoke(ASK)
    with pytest.raises(openai.APIError, match="overloaded"):
        list(chat(cut_after=3).stream(ASK))
