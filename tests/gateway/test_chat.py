"""POST /v1/chat/completions as the openai client and bare sockets see it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import httpx2
import openai
import pytest

from tests.gateway.conftest import Recorded, Stream
from tests.gateway.raw_stream import MODEL, body
from tests.serving import Served
from tests.simulator.serving import Simulator


@pytest.fixture
def client(served: Served, key: str, client_name: str) -> Iterator[openai.OpenAI]:
    headers = {"user-agent": client_name}
    with openai.OpenAI(base_url=f"{served.url}/v1", api_key=key, default_headers=headers) as client:
        yield client


def test_the_clients_stream_is_the_simulators(client: openai.OpenAI, simulator: Simulator, recorded: Recorded) -> None:
    chunks = client.chat.completions.create(**body("Hello"), extra_body={"simulate": {"length": 20}})
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    entry = simulator.settled()["requests"][0]
    assert text == simulator.entry(entry["id"])["said"][0]["content"]
    record = recorded()
    assert (record.outcome, record.certainty, record.tokens, record.door) == ("completed", "reported", 20, "api")


def test_an_answer_in_one_piece_has_its_usage(client: openai.OpenAI, recorded: Recorded) -> None:
    answer = client.chat.completions.create(**body(stream=False), extra_body={"simulate": {"length": 7}})
    assert answer.usage is not None
    assert answer.usage.completion_tokens == 7
    assert recorded()[:3] == ("completed", "reported", 7)


def test_the_response_says_that_it_is_simulated_and_which_request_it_was(
    api: httpx2.Client, recorded: Recorded
) -> None:
    answer = api.post("/chat/completions", json=body(stream=False, simulate={"length": 3}))
    assert answer.headers["x-lineup-simulated"] == "true"
    assert answer.headers["x-request-id"].replace("-", "") == recorded().id


def test_nobody_sees_a_usage_who_did_not_ask_for_it(api: httpx2.Client) -> None:
    answer = api.post("/chat/completions", json=body(simulate={"length": 3}))
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert b'"usage"' not in answer.content
    assert answer.content.endswith(b"data: [DONE]\n\n")


def test_who_asked_for_the_usage_sees_it(api: httpx2.Client) -> None:
    asked = body(simulate={"length": 3}, stream_options={"include_usage": True})
    events = api.post("/chat/completions", json=asked).content.split(b"\n\n")
    assert json.loads(events[-3][6:])["usage"]["completion_tokens"] == 3


def test_unknown_members_go_through(api: httpx2.Client, simulator: Simulator) -> None:
    api.post("/chat/completions", json=body(simulate={"echo": "Passed through."}))
    assert simulator.entry(simulator.settled()["requests"][0]["id"])["said"][0]["content"] == "Passed through."


def test_a_stream_that_breaks_off_says_so_and_does_not_pretend_to_be_done(api: httpx2.Client) -> None:
    answer = api.post("/chat/completions", json=body(simulate={"cut_after": 3}))
    last = json.loads(answer.content.strip().split(b"\n\n")[-1][6:])
    assert last["choices"][0]["finish_reason"] == "error"
    assert last["error"]["code"] == "server_is_overloaded"
    assert b"[DONE]" not in answer.content


def test_an_upstream_that_fails_at_once_is_a_status_and_no_stream(api: httpx2.Client) -> None:
    answer = api.post("/chat/completions", json=body(simulate={"status": 500}))
    assert answer.status_code == 503
    assert answer.json()["error"]["message"] == "The engine is currently overloaded, please try again later"
    assert answer.headers["retry-after"] == "1"


def test_fault_with_the_request_keeps_its_status(api: httpx2.Client) -> None:
    answer = api.post("/chat/completions", json=body(simulate={"status": 422, "message": "No such tool"}))
    assert (answer.status_code, answer.json()["error"]["message"]) == (422, "No such tool")


@pytest.mark.parametrize("tokens", [0, 4])
def test_a_caller_who_leaves_closes_the_upstream_and_pays_what_was_made(
    recorded: Recorded, stream: Stream, simulator: Simulator, tokens: int
) -> None:
    leaving = stream(body(simulate={"stall_after": tokens, "length": 50}))
    while not simulator.ledger()["totals"]["running"]:
        time.sleep(0.02)
    leaving.until(b'"content":', tokens)
    leaving.leave()
    assert recorded()[:3] == ("stopped", "estimated", tokens)
    assert simulator.settled()["totals"]["disconnected"] == 1


def test_a_caller_who_leaves_an_answer_in_one_piece_closes_the_upstream(
    recorded: Recorded, stream: Stream, simulator: Simulator
) -> None:
    leaving = stream(body(stream=False, simulate={"stall_before_headers": 3600}))
    while not simulator.ledger()["totals"]["running"]:
        time.sleep(0.02)
    leaving.leave()
    assert recorded()[0] == "stopped"
    assert simulator.settled()["totals"]["disconnected"] == 1


def test_a_caller_who_leaves_with_the_last_event_is_billed_in_full(recorded: Recorded, stream: Stream) -> None:
    leaving = stream(body(simulate={"length": 9}))
    leaving.until(b"[DONE]")
    leaving.leave()
    assert recorded()[:3] == ("completed", "reported", 9)


def test_the_models_are_listed_and_shown(client: openai.OpenAI) -> None:
    assert MODEL in {model.id for model in client.models.list()}
    assert client.models.retrieve(MODEL).id == MODEL
