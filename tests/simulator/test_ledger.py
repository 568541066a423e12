from __future__ import annotations

from tests.simulator.serving import Simulator


def test_it_counts_what_it_generated_for_each_request(simulator: Simulator) -> None:
    answer = simulator.client.chat.completions.create(
        model="meta-llama/Llama-3.1-8B-Instruct", messages=[{"role": "user", "content": "What is a ledger?"}]
    )
    entry = simulator.entry(answer.id)
    assert answer.usage is not None
    assert entry["outcome"] == "completed"
    assert entry["billed"]["completion_tokens"] == answer.usage.completion_tokens
    assert entry["billed"]["prompt_tokens"] == answer.usage.prompt_tokens
    assert entry["said"][0]["content"] == answer.choices[0].message.content
