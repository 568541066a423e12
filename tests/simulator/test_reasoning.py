from __future__ import annotations

from tests.model_ids import R1
from tests.simulator.requests import content, post, says, stream
from tests.simulator.serving import Simulator

QUESTION = says("Is 91 a prime number?")


def test_a_reasoning_model_thinks_before_it_answers(simulator: Simulator) -> None:
    chunks = stream(simulator, model=R1, messages=QUESTION)
    kinds = ["".join(chunk["choices"][0]["delta"]) for chunk in chunks[1:-1]]
    assert kinds == sorted(kinds, reverse=True)
    assert content(chunks, member="reasoning_content")
    assert content(chunks)


def test_thinking_is_counted_as_output_and_apart(simulator: Simulator) -> None:
    chunks = stream(simulator, model=R1, messages=QUESTION, stream_options={"include_usage": True})
    thinking = [chunk for chunk in chunks[:-1] if "reasoning_content" in chunk["choices"][0]["delta"]]
    usage = chunks[-1]["usage"]
    assert usage["completion_tokens_details"]["reasoning_tokens"] == len(thinking)
    assert usage["completion_tokens"] == len(chunks) - 3


def test_thinking_counts_against_the_limit(simulator: Simulator) -> None:
    choice = post(simulator, model=R1, messages=QUESTION, max_tokens=10)[2]["choices"][0]
    assert choice["finish_reason"] == "length"
    assert choice["message"]["content"] == ""
    assert choice["message"]["reasoning_content"]


def test_effort_makes_it_think_longer(simulator: Simulator) -> None:
    def thought(effort: str) -> int:
        answer = post(simulator, model=R1, messages=QUESTION, reasoning_effort=effort)[2]
        tokens: int = answer["usage"]["completion_tokens_details"]["reasoning_tokens"]
        return tokens

    assert thought("none") == 0 < thought("low") < thought("medium") < thought("high")


def test_other_models_do_not_think_aloud(simulator: Simulator) -> None:
    assert content(stream(simulator, messages=QUESTION), member="reasoning_content") == ""
