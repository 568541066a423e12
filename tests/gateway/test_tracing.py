"""Calls of the API among the project's traces: where the project wants it, or the request."""

from __future__ import annotations

import time
from http import HTTPStatus
from typing import Any
from uuid import UUID

import httpx2
import pytest

from tests.gateway.raw_stream import body
from tests.serving import Served

PROJECT = "local/playground"


def calls(served: Served, key: str, call_id: str) -> list[dict[str, Any]]:
    """Those of this ID; a trace is written a moment after its answer, and before that of the next one."""
    asked = {"project_id": PROJECT, "filter": {"call_ids": [call_id]}}
    answer = httpx2.post(
        f"{served.url}/traces/calls/stream_query", json=asked, headers={"authorization": f"Bearer {key}"}
    )
    assert answer.status_code == HTTPStatus.OK, answer.text
    return [httpx2.Response(200, text=line).json() for line in answer.text.splitlines()]


def the_call(served: Served, key: str, call_id: str) -> dict[str, Any]:
    deadline = time.monotonic() + 20
    while not (found := calls(served, key, call_id)) and time.monotonic() < deadline:
        time.sleep(0.02)
    [call] = found
    return call


def asked(api: httpx2.Client, headers: dict[str, str] | None = None, *, stream: bool = True) -> str:
    """The ID of an answer that was read to its end."""
    answer = api.post("/chat/completions", json=body(stream=stream, simulate={"length": 8}), headers=headers or {})
    assert answer.status_code == HTTPStatus.OK, answer.text
    return answer.headers["x-request-id"]


@pytest.mark.parametrize("stream", [True, False], ids=["streamed", "whole"])
def test_a_request_may_ask_for_it(served: Served, key: str, api: httpx2.Client, stream: bool) -> None:
    call = the_call(served, key, asked(api, {"x-lineup-trace": "on"}, stream=stream))
    assert call["inputs"] == body(stream=stream, simulate={"length": 8})
    assert call["output"]["choices"][0]["message"]["content"]
    assert call["attributes"]["lineup"]["door"] == "api"
    assert call["summary"]["usage"][body()["model"]]["completion_tokens"] == 8


def test_nothing_is_traced_unasked(served: Served, key: str, api: httpx2.Client) -> None:
    silent, loud = asked(api), asked(api, {"x-lineup-trace": "on"})
    the_call(served, key, loud)
    assert calls(served, key, silent) == []


def test_a_project_asks_for_all_and_a_request_may_decline(served: Served, key: str, api: httpx2.Client) -> None:
    set_tracing(served, "true")
    try:
        declined, traced = asked(api, {"x-lineup-trace": "off"}), asked(api)
        the_call(served, key, traced)
        assert calls(served, key, declined) == []
    finally:
        set_tracing(served, "false")


def set_tracing(served: Served, on: str) -> None:
    """As an admin does it in the browser."""
    [(project,)] = served.store.query("SELECT id FROM accounts_project WHERE slug = 'playground'")
    with httpx2.Client(base_url=served.url, follow_redirects=True) as browser:
        browser.get(served.sign_in_link())
        token = browser.cookies["csrftoken"]
        address = f"/settings/projects/{UUID(str(project))}/trace-calls"
        answer = browser.post(address, data={"on": on, "csrfmiddlewaretoken": token})
        assert ("are traced now" in answer.text) == (on == "true")


def test_it_stands_under_the_caller_s_own_call(served: Served, key: str, api: httpx2.Client) -> None:
    where = {"x-lineup-trace": "on", "x-lineup-trace-id": "a-trace", "x-lineup-parent-id": "a-call"}
    call = the_call(served, key, asked(api, where))
    assert (call["trace_id"], call["parent_id"]) == ("a-trace", "a-call")


def test_it_stands_under_a_span_of_open_telemetry(served: Served, key: str, api: httpx2.Client) -> None:
    parent = f"00-{'a' * 32}-{'b' * 16}-01"
    call = the_call(served, key, asked(api, {"x-lineup-trace": "on", "traceparent": parent}))
    assert (call["trace_id"], call["parent_id"]) == ("a" * 32, "b" * 16)


def test_a_traceparent_that_is_none_is_nobody_s_fault(served: Served, key: str, api: httpx2.Client) -> None:
    call = the_call(served, key, asked(api, {"x-lineup-trace": "on", "traceparent": "nonsense"}))
    assert (call["trace_id"], call["parent_id"]) == (call["id"], None)


@pytest.mark.parametrize(
    ("headers", "named"),
    [
        ({"x-lineup-trace": "maybe"}, "x-lineup-trace"),
        ({"x-lineup-trace": "on", "x-lineup-parent-id": "a-call"}, "x-lineup-parent-id"),
        ({"x-lineup-trace": "on", "x-lineup-trace-id": "two words"}, "x-lineup-trace-id"),
        ({"x-lineup-trace": "on", "x-lineup-trace-id": "x" * 129}, "x-lineup-trace-id"),
        ({"x-lineup-trace": "off", "x-lineup-trace-id": "two words"}, "x-lineup-trace-id"),
        ({"x-lineup-parent-id": "a-call"}, "x-lineup-parent-id"),
    ],
)
def test_a_header_that_says_nothing_is_named(api: httpx2.Client, headers: dict[str, str], named: str) -> None:
    answer = api.post("/chat/completions", json=body(), headers=headers)
    assert (answer.status_code, answer.json()["error"]["param"]) == (HTTPStatus.BAD_REQUEST, named)


def test_what_was_traced_is_written_before_the_server_ends(served: Served, key: str, api: httpx2.Client) -> None:
    identity = asked(api, {"x-lineup-trace": "on"})
    served.stop()
    served.start()
    assert len(calls(served, key, identity)) == 1
