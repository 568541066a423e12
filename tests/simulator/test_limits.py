from __future__ import annotations

import math

import pytest

from simulator.tokenizer import count, tokenize
from tests.model_ids import LLAMA, SCOUT
from tests.simulator.requests import content, post, refusal, says, stream, text_of
from tests.simulator.serving import Simulator

QUESTION = says("What makes a good map?")


@pytest.mark.parametrize("name", ["max_tokens", "max_completion_tokens"])
def test_it_stops_at_the_limit(simulator: Simulator, name: str) -> None:
    whole = tokenize(text_of(simulator, messages=QUESTION))
    answer = post(simulator, messages=QUESTION, **{name: 12})[2]
    assert answer["choices"][0]["message"]["content"] == "".join(whole[:12])
    assert answer["choices"][0]["finish_reason"] == "length"
    assert answer["usage"]["completion_tokens"] == 12


def test_a_limit_that_is_not_reached_changes_nothing(simulator: Simulator) -> None:
    choice = post(simulator, messages=QUESTION, max_tokens=5000)[2]["choices"][0]
    assert choice["finish_reason"] == "stop"


def test_it_stops_before_a_stop_sequence(simulator: Simulator) -> None:
    whole = text_of(simulator, messages=QUESTION)
    answer = post(simulator, messages=QUESTION, stop=["never said", "\n\n"])[2]
    said = answer["choices"][0]["message"]["content"]
    assert said == whole[: whole.index("\n\n")]
    assert answer["usage"]["completion_tokens"] == count(said)
    assert answer["choices"][0]["finish_reason"] == "stop"


def test_it_gives_as_many_choices_as_asked_for(simulator: Simulator) -> None:
    answer = post(simulator, messages=QUESTION, n=4)[2]
    texts = [choice["message"]["content"] for choice in answer["choices"]]
    assert [choice["index"] for choice in answer["choices"]] == [0, 1, 2, 3]
    assert len(set(texts)) == 4
    assert answer["usage"]["completion_tokens"] == sum(count(text) for text in texts)


def test_usage_is_what_its_own_tokenizer_counts(simulator: Simulator) -> None:
    answer = post(simulator, messages=QUESTION)[2]
    assert answer["usage"]["completion_tokens"] == count(answer["choices"][0]["message"]["content"])
    assert answer["usage"]["prompt_tokens"] == 4 + count("user\nWhat makes a good map?") + 3


def test_a_prefix_seen_before_is_cached(simulator: Simulator) -> None:
    long = says("A remark about lighthouses. " * 40)
    first, second = (post(simulator, messages=long)[2]["usage"] for _ in range(2))
    third = post(simulator, messages=[*long, {"role": "assistant", "content": "Yes."}, *says("Go on")])[2]["usage"]
    assert first["prompt_tokens_details"]["cached_tokens"] == 0
    assert second["prompt_tokens_details"]["cached_tokens"] == second["prompt_tokens"] // 16 * 16
    assert 0 < third["prompt_tokens_details"]["cached_tokens"] < third["prompt_tokens"]


def test_a_prompt_beyond_the_context_is_refused(simulator: Simulator) -> None:
    status, error = refusal(simulator, model=SCOUT, messages=says("a b " * 40_000))
    assert (status, error["code"], error["param"]) == (400, "context_length_exceeded", "messages")
    status, error = refusal(simulator, model=LLAMA, max_tokens=128_000)
    assert (status, error["code"]) == (400, "context_length_exceeded")


def test_log_probabilities_belong_to_the_tokens(simulator: Simulator) -> None:
    chunks = stream(simulator, messages=QUESTION, logprobs=True, top_logprobs=3, max_tokens=20)
    for chunk in chunks[1:-1]:
        (entry,) = chunk["choices"][0]["logprobs"]["content"]
        assert entry["token"] == chunk["choices"][0]["delta"]["content"]
        assert bytes(entry["bytes"]).decode() == entry["token"]
        assert entry["top_logprobs"][0]["token"] == entry["token"]
        assert len({rival["token"] for rival in entry["top_logprobs"]}) == 3
        assert sum(math.exp(rival["logprob"]) for rival in entry["top_logprobs"]) <= 1


def test_log_probabilities_come_in_one_piece_too(simulator: Simulator) -> None:
    choice = post(simulator, messages=QUESTION, logprobs=True)[2]["choices"][0]
    assert "".join(entry["token"] for entry in choice["logprobs"]["content"]) == choice["message"]["content"]
    assert choice["logprobs"]["content"][0]["top_logprobs"] == []


def test_a_length_can_be_ordered(simulator: Simulator) -> None:
    chunks = stream(simulator, messages=QUESTION, simulate={"length": 4000}, stream_options={"include_usage": True})
    assert chunks[-1]["usage"]["completion_tokens"] == 4000 == count(content(chunks))
