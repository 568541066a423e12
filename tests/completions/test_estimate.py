"""Whatever a model may be given to read is held for: a caller names no member that hides a long text."""

from __future__ import annotations

from typing import Any

import pytest

from completions import estimate

LONG = "word " * 20_000
HELLO = {"role": "user", "content": "Hello"}
IMAGE = {"type": "image_url", "image_url": {"url": "data:image/png;base64," + LONG}}


def body(message: Any = HELLO, **members: Any) -> dict[str, Any]:
    return {"model": "a/model", "messages": [message], "stream": True, **members}


def tool(parameters: Any) -> dict[str, Any]:
    return body(tools=[{"type": "function", "function": {"name": "f", "parameters": parameters}}])


@pytest.mark.parametrize(
    "asked",
    [
        body({"role": "user", "type": "image_url", "content": LONG}),
        body({"role": "user", "content": [{**IMAGE, "text": LONG}]}),
        body({"role": "assistant", "tool_calls": [{"function": {"name": "f", "arguments": LONG}}]}),
        tool({"type": "image_url", "description": LONG}),
        tool({"type": "image_url", "image_url": LONG}),
        tool({"role": 1, LONG: 1}),
        tool({"enum": [10**4000] * 30}),
        tool({"enum": [[]] * 40_000}),
        body(functions=[{"name": "f", "description": LONG}]),
        body(documents=[{"text": LONG}]),
        body(prediction={"type": "content", "content": LONG}),
        body(chat_template=LONG),
    ],
)
def test_no_text_hides(asked: dict[str, Any]) -> None:
    assert estimate.prompt(asked)[0] > len(LONG) / 4


def test_an_image_counts_as_an_image_however_long_its_address() -> None:
    most, likely = estimate.prompt(body({"role": "user", "content": [IMAGE, {"type": "text", "text": "What?"}]}))
    assert estimate.PER_IMAGE < likely <= most < 2 * estimate.PER_IMAGE


def test_what_no_model_reads_costs_nothing() -> None:
    asked = body(user=LONG, metadata={"a": LONG}, logit_bias=dict.fromkeys(map(str, range(1000)), 1), stop=[LONG])
    assert estimate.prompt(asked) == estimate.prompt(body())
