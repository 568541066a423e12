from __future__ import annotations

from openai import AsyncOpenAI

from tests.model_ids import LLAMA
from tests.simulator.requests import client, content, events, received, says, stream, text_of
from tests.simulator.serving import Simulator

QUESTION = says("How are bridges tested?")
USAGE = {"stream_options": {"include_usage": True}}


def test_it_frames_events_as_the_protocol_says(simulator: Simulator) -> None:
    head, body = received(simulator, messages=QUESTION)
    assert b"content-type: text/event-stream; charset=utf-8" in head.lower()
    assert b"cache-control: no-cache" in head.lower()
    assert b"content-length" not in head.lower()
    assert body.endswith(b"\n\ndata: [DONE]\n\n")
    assert all(event.startswith(b"data: ") for event in body.removesuffix(b"\n\n").split(b"\n\n"))


def test_all_chunks_belong_together(simulator: Simulator) -> None:
    chunks = stream(simulator, messages=QUESTION, **USAGE)
    assert len({(chunk["id"], chunk["created"], chunk["model"], chunk["object"]) for chunk in chunks}) == 1
    assert chunks[0]["object"] == "chat.completion.chunk"
    assert chunks[0]["id"].startswith("chatcmpl-")


def test_it_begins_with_the_role_and_ends_with_the_reason(simulator: Simulator) -> None:
    chunks = stream(simulator, messages=QUESTION)
    assert chunks[0]["choices"][0]["delta"] == {"role": "assistant", "content": ""}
    assert chunks[-1]["choices"][0] == {"index": 0, "delta": {}, "logprobs": None, "finish_reason": "stop"}
    assert all(chunk["choices"][0]["finish_reason"] is None for chunk in chunks[:-1])


def test_it_streams_what_it_would_have_said_in_one_piece(simulator: Simulator) -> None:
    assert content(stream(simulator, messages=QUESTION, seed=4)) == text_of(simulator, messages=QUESTION, seed=4)


def test_the_usage_chunk_comes_last_and_is_asked_for(simulator: Simulator) -> None:
    chunks = stream(simulator, messages=QUESTION, **USAGE)
    assert chunks[-1]["choices"] == []
    assert chunks[-1]["usage"]["completion_tokens"] == len(chunks) - 3
    assert all(chunk["usage"] is None for chunk in chunks[:-1])
    assert all("usage" not in chunk for chunk in stream(simulator, messages=QUESTION))


def test_continuous_usage_grows_with_every_token(simulator: Simulator) -> None:
    options = {"include_usage": True, "continuous_usage_stats": True}
    chunks = stream(simulator, messages=QUESTION, stream_options=options)
    counts = [chunk["usage"]["completion_tokens"] for chunk in chunks]
    assert counts[:3] == [0, 1, 2]
    assert counts[-1] == counts[-2] == counts[-3] == max(counts)


def test_choices_come_interleaved_by_index(simulator: Simulator) -> None:
    chunks = stream(simulator, messages=QUESTION, n=3, simulate={"tokens_per_second": 2000}, **USAGE)
    indexes = [choice["index"] for chunk in chunks for choice in chunk["choices"]]
    assert set(indexes[:12]) == {0, 1, 2}
    texts = {content(chunks, index) for index in range(3)}
    assert len(texts) == 3
    assert chunks[-1]["usage"]["completion_tokens"] == len(chunks) - 1 - 6


def test_the_sdk_reads_it(simulator: Simulator) -> None:
    request = client(simulator).chat.completions.create(
        model=LLAMA, messages=[{"role": "user", "content": "Hi"}], stream=True, stream_options={"include_usage": True}
    )
    chunks = list(request)
    assert chunks[-1].usage is not None
    assert "imulated" in "".join(chunk.choices[0].delta.content or "" for chunk in chunks[:-1])


async def test_the_async_sdk_reads_it(simulator: Simulator) -> None:
    async with AsyncOpenAI(base_url=simulator.base_url, api_key="any") as asking:
        request = await asking.chat.completions.create(
            model=LLAMA, messages=[{"role": "user", "content": "Hi"}], stream=True
        )
        chunks = [chunk async for chunk in request]
    assert chunks[-1].choices[0].finish_reason == "stop"


def test_it_echoes_the_request_id_and_says_that_it_simulates(simulator: Simulator) -> None:
    raw = client(simulator).chat.completions.with_raw_response.create(
        model=LLAMA, messages=[{"role": "user", "content": "Hi"}], extra_headers={"x-request-id": "mine-1"}
    )
    assert raw.headers["x-request-id"] == "mine-1"
    assert raw.headers["x-simulated"] == "true"


def test_half_a_surrogate_pair_does_not_break_the_stream(simulator: Simulator) -> None:
    body = received(simulator, messages=says("Say \ud83d"), simulate={"echo": "half \ud83d pair"})[1]
    assert content(events(body)) == "half ? pair"
