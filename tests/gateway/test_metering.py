"""What is written down of every call: who, what, how much, how long, and what was answered."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Any

import httpx2
import pytest

from tests.gateway.conftest import Recorded, Stream
from tests.gateway.raw_stream import MODEL, body
from tests.serving import Served
from tests.simulator.serving import Simulator

COLUMNS = """
    organization_id, project_id, user_id, api_key_id, model, offering_id, provider, door, client, outcome, status,
    error_code, finish_reason, certainty, prompt_tokens, cached_tokens, completion_tokens, reasoning_tokens,
    input_price, cached_input_price, output_price, cost, started_at, ended_at, ttft_ms, duration_ms
"""
NAMES = [name.strip() for name in COLUMNS.split(",")]


def record(served: Served, identity: str) -> dict[str, Any]:
    rows = served.store.query(f"SELECT {COLUMNS} FROM billing_usagerecord WHERE id = ?", identity)
    [row] = rows
    return dict(zip(NAMES, row, strict=True))


def one(served: Served, sql: str, *parameters: Any) -> Any:
    [(value,)] = served.store.query(sql, *parameters)
    return value


@pytest.mark.parametrize("streamed", [True, False], ids=["streamed", "whole"])
def test_a_call_is_written_down_with_all_that_it_was(
    served: Served, api: httpx2.Client, recorded: Recorded, client_name: str, streamed: bool
) -> None:
    asked = body("How do you do?", stream=streamed, simulate={"length": 12, "think": "Well …"})
    assert api.post("/chat/completions", json=asked).status_code == 200
    row = record(served, recorded().id)
    assert row["project_id"] == one(served, "SELECT id FROM accounts_project")
    assert row["organization_id"] == one(served, "SELECT id FROM accounts_organization")
    assert row["user_id"] == one(served, "SELECT id FROM accounts_user WHERE username = 'admin'")
    assert row["api_key_id"] in [key for (key,) in served.store.query("SELECT id FROM accounts_apikey")]
    assert row["offering_id"] in [key for (key,) in served.store.query("SELECT id FROM inference_catalog_offering")]
    assert (row["model"], row["provider"], row["door"], row["client"]) == (MODEL, "simulator", "api", client_name)
    assert (row["outcome"], row["status"], row["error_code"], row["finish_reason"]) == ("completed", 200, "", "stop")
    assert row["certainty"] == "reported"
    assert row["completion_tokens"] > row["reasoning_tokens"] > 0
    assert row["prompt_tokens"] > 0
    fresh = row["prompt_tokens"] - row["cached_tokens"]
    priced = fresh * row["input_price"] + row["cached_tokens"] * row["cached_input_price"]
    assert row["cost"] == priced + row["completion_tokens"] * row["output_price"] > 0
    assert (row["ttft_ms"] is not None) == streamed
    assert row["duration_ms"] >= (row["ttft_ms"] or 0)
    assert datetime.fromisoformat(str(row["ended_at"])) >= datetime.fromisoformat(str(row["started_at"]))


@pytest.mark.parametrize(
    ("streamed", "drill", "outcome", "status", "code"),
    [
        (True, {"status": 500}, "failed", 503, "server_is_overloaded"),
        (True, {"status": 422, "message": "No."}, "failed", 422, "invalid_value"),
        (False, {"cut_after": 3, "length": 9}, "failed", 503, "server_is_overloaded"),
        # By then, the answer had begun.
        (True, {"cut_after": 3, "length": 9}, "failed", 200, "server_is_overloaded"),
    ],
)
def test_what_failed_is_written_down_as_the_caller_saw_it(
    served: Served,
    api: httpx2.Client,
    recorded: Recorded,
    streamed: bool,
    drill: dict[str, Any],
    outcome: str,
    status: int,
    code: str,
) -> None:
    answer = api.post("/chat/completions", json=body(stream=streamed, simulate=drill))
    row = record(served, recorded().id)
    assert answer.status_code == status
    assert answer.reason_phrase == HTTPStatus(status).phrase
    assert answer.headers["x-request-id"].replace("-", "") == recorded().id
    assert (row["outcome"], row["status"], row["error_code"]) == (outcome, status, code)


def test_who_left_before_the_answer_began_was_answered_nothing(
    served: Served, stream: Stream, recorded: Recorded, simulator: Simulator
) -> None:
    raw = stream(body(simulate={"ttft": 60}))
    while not simulator.ledger()["requests"]:
        pass
    raw.leave()
    row = record(served, recorded().id)
    assert (row["outcome"], row["status"]) == ("stopped", None)


def test_what_was_refused_leaves_no_record(served: Served, api: httpx2.Client, client_name: str) -> None:
    assert api.post("/chat/completions", json=body(model="no/model")).status_code == 404
    assert api.post("/chat/completions", json={"model": MODEL}).status_code == 400
    assert one(served, "SELECT count(*) FROM billing_usagerecord WHERE client = ?", client_name) == 0
