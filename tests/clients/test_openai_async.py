"""OpenAI's asynchronous Python client, over both of its transports."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import openai
import pytest
from pydantic import BaseModel

from tests.model_ids import LLAMA, PHI
from tests.simulator.serving import Simulator

ASK: Any = [{"role": "user", "content": "Hello"}]


class Place(BaseModel):
    name: str
    population: int


@pytest.fixture(params=[openai.DefaultAsyncHttpxClient, openai.DefaultAioHttpClient], ids=["httpx", "aiohttp"])
async def client(base_url: str, key: str, request: pytest.FixtureRequest) -> AsyncIterator[openai.AsyncOpenAI]:
    async with openai.AsyncOpenAI(base_url=base_url, api_key=key, http_client=request.param()) as client:
        yield client


async def text_of(client: openai.AsyncOpenAI, said: str) -> str:
    drill = {"simulate": {"echo": said}}
    stream = await client.chat.completions.create(model=PHI, messages=ASK, stream=True, extra_body=drill)
    return "".join([chunk.choices[0].delta.content or "" async for chunk in stream])


async def test_many_streams_at_once_are_never_mixed_up(client: openai.AsyncOpenAI) -> None:
    asked = [f"This is answer {number} of thirty." for number in range(30)]
    assert await asyncio.gather(*(text_of(client, said) for said in asked)) == asked


async def test_an_answer_is_parsed_into_a_model(client: openai.AsyncOpenAI) -> None:
    answer = await client.chat.completions.parse(model=LLAMA, messages=ASK, response_format=Place)
    assert isinstance(answer.choices[0].message.parsed, Place)


async def test_a_failure_is_retried(client: openai.AsyncOpenAI) -> None:
    drill = {"simulate": {"status": 500, "times": 1, "key": type(client._client).__name__, "length": 3}}
    raw = await client.chat.completions.with_raw_response.create(model=PHI, messages=ASK, extra_body=drill)
    assert raw.retries_taken == 1


async def test_a_timeout_of_the_client_is_told_and_closes_the_upstream(
    client: openai.AsyncOpenAI, simulator: Simulator
) -> None:
    impatient = client.with_options(timeout=5, max_retries=0)
    with pytest.raises(openai.APITimeoutError):
        await impatient.chat.completions.create(
            model=PHI, messages=ASK, extra_body={"simulate": {"stall_before_headers": 3600}}
        )
    assert (await asyncio.to_thread(simulator.settled))["totals"]["disconnected"] == 1


async def test_a_stream_that_is_left_closes_the_upstream(client: openai.AsyncOpenAI, simulator: Simulator) -> None:
    async with await client.chat.completions.create(
        model=PHI, messages=ASK, stream=True, extra_body={"simulate": {"stall_after": 3}}
    ) as stream:
        await anext(stream)
    assert (await asyncio.to_thread(simulator.settled))["totals"]["disconnected"] == 1


async def test_models_are_listed_and_found(client: openai.AsyncOpenAI) -> None:
    assert PHI in [model.id async for model in client.models.list()]
    assert (await client.models.retrieve(PHI)).owned_by
