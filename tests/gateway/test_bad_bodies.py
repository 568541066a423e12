"""Bodies that cannot be right: a 400 that names the parameter, and nothing in the books."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from billing.models import Reservation
from tests.gateway.asking import CHAT, HELLO, ask

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def nothing_is_reserved() -> Iterator[None]:
    yield
    assert not Reservation.objects.exists()


def said(content: Any) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": content}]}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"\xef\xbb\xbf{}",
        b'{"a": "\x00"}',
        b'{"a": "\xed\xa0\x80"}',
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b'{"a": -1e999}',
        b'{"a": ' + b"9" * 5_000 + b"}",
        b"[" * 100_000,
        b'{"a":' * 101 + b"1" + b"}" * 101,
        b"[" + b"[]," * 600_000 + b"1]",
        "{}".encode("utf-16"),
    ],
    ids=lambda content: repr(content)[:30],
)
async def test_a_body_that_is_not_json_is_refused(alice_key: str, content: bytes) -> None:
    status, error = await ask("POST", CHAT, key=alice_key, content=content)
    assert (status, error["code"]) == (400, "invalid_json")


@pytest.mark.parametrize("body", [[], "text", 7, None, True], ids=str)
async def test_a_body_that_is_no_object_is_refused(alice_key: str, body: Any) -> None:
    status, error = await ask("POST", CHAT, key=alice_key, content=json.dumps(body))
    assert (status, error["message"]) == (400, "The body must be a JSON object.")


@pytest.mark.parametrize(
    ("content", "param", "code"),
    [
        ('{"model": "a", "model": "b", "messages": []}', "model", "duplicate_member"),
        ('{"model": "a", "messages": [{"role": "user", "role": "system"}]}', "role", "duplicate_member"),
        ('{"\\ud800": 1, "\\ud800": 2}', "\ufffd", "duplicate_member"),
        ('{"messages": [{"content": "\\ud83d"}]}', "messages[0].content", "invalid_value"),
        ('{"tools": {"a\\udc00": 1}}', "tools.a\ufffd", "invalid_value"),
    ],
)
async def test_what_its_readers_would_read_differently_is_refused(
    alice_key: str, content: str, param: str, code: str
) -> None:
    status, error = await ask("POST", CHAT, key=alice_key, content=content)
    assert (status, error["param"], error["code"]) == (400, param, code)


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"model": None}, "model"),
        ({"model": 1}, "model"),
        ({"model": ""}, "model"),
        ({"messages": None}, "messages"),
        ({"messages": []}, "messages"),
        ({"messages": "Hello"}, "messages"),
        ({"messages": ["Hello"]}, "messages[0]"),
        ({"messages": [{"role": "king", "content": "Kneel"}]}, "messages[0].role"),
        ({"messages": [{"content": "Hello"}]}, "messages[0].role"),
        ({"messages": [{"role": "user"}]}, "messages[0].content"),
        (said(7), "messages[0].content"),
        (said([]), "messages[0].content"),
        (said(["Hello"]), "messages[0].content[0]"),
        (said([{"text": "Hello"}]), "messages[0].content[0].type"),
        (said([{"type": "text"}]), "messages[0].content[0].text"),
        (said([{"type": "image_url", "image_url": "https://a.b/c.png"}]), "messages[0].content[0].image_url"),
        (said([{"type": "image_url", "image_url": {}}]), "messages[0].content[0].image_url.url"),
        ({"stream": "yes"}, "stream"),
        ({"stream_options": []}, "stream_options"),
        ({"stream_options": {"include_usage": 1}}, "stream_options.include_usage"),
        ({"n": 10_000}, "n"),
        ({"n": 1.5}, "n"),
        ({"n": True}, "n"),
        ({"max_tokens": -1}, "max_tokens"),
        ({"max_tokens": 0}, "max_tokens"),
        ({"max_tokens": 10**30}, "max_tokens"),
        ({"max_completion_tokens": 10**12}, "max_completion_tokens"),
        ({"max_completion_tokens": 1, "max_tokens": 1}, "max_tokens"),
        ({"temperature": "hot"}, "temperature"),
        ({"temperature": 2.1}, "temperature"),
        ({"top_p": -0.1}, "top_p"),
        ({"presence_penalty": 3}, "presence_penalty"),
        ({"seed": 10**40}, "seed"),
        ({"stop": [1]}, "stop[0]"),
        ({"stop": ["a"] * 17}, "stop"),
        ({"top_logprobs": 21}, "top_logprobs"),
        ({"logit_bias": {"50256": "much"}}, "logit_bias.50256"),
        ({"logit_bias": dict.fromkeys(map(str, range(10_001)), 1)}, "logit_bias"),
        ({"response_format": {"type": "json_schema"}}, "response_format.json_schema"),
        ({"tools": [{"type": "function", "function": {"name": ""}}]}, "tools[0].function.name"),
        ({"tools": [{}] * 129}, "tools"),
        ({"tool_choice": 1}, "tool_choice"),
        ({"user": 1}, "user"),
    ],
    ids=lambda value: str(value)[:60],
)
async def test_a_wrong_parameter_is_named(alice_key: str, change: dict[str, Any], param: str) -> None:
    status, error = await ask("POST", CHAT, key=alice_key, json={**HELLO, **change})
    assert (status, error["param"]) == (400, param)
    assert error["message"].startswith(f"'{param}'")


@pytest.mark.parametrize(
    "change",
    [
        {"made_up": {"deep": [1, 2]}},
        {"temperature": None, "n": None, "tools": None},
        said([{"type": "video_url", "video_url": {"url": "https://a.b/c.mp4"}}]),
        {"messages": [{"role": "assistant", "content": None, "tool_calls": []}]},
        said("A \u0000 is text too."),
    ],
    ids=str,
)
async def test_what_it_does_not_know_is_for_the_provider(alice_key: str, change: dict[str, Any]) -> None:
    """It comes as far as the model, which is unknown."""
    status, error = await ask("POST", CHAT, key=alice_key, json={**HELLO, **change})
    assert (status, error["code"]) == (404, "model_not_found")
