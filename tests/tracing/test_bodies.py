"""Bodies: compressed, too large, broken, and what of them is wrong."""

from __future__ import annotations

import gzip
import json
import zlib

import pytest

from tests.tracing.doors import complete, post, read
from tracing.bodies import MOST_BYTES

pytestmark = pytest.mark.django_db(transaction=True)

COMPLETE = "/traces/v2/alice/playground/calls/complete"
BODY = json.dumps({"batch": [complete(output="x" * 100_000)]}).encode()


@pytest.mark.parametrize(("encoding", "sent"), [("gzip", gzip.compress(BODY)), ("deflate", zlib.compress(BODY))])
async def test_compressed_bodies_are_read(alice_key: str, encoding: str, sent: bytes) -> None:
    answer = await post(COMPLETE, alice_key, content=sent, headers={"content-encoding": encoding})
    assert answer.status_code == 200
    assert len((await read(alice_key))[0]["output"]) == 100_000


async def test_what_grows_too_large_is_refused_before_it_has_grown(alice_key: str) -> None:
    bomb = gzip.compress(b" " * (MOST_BYTES + 1))
    answer = await post(COMPLETE, alice_key, content=bomb, headers={"content-encoding": "gzip"})
    assert (answer.status_code, answer.json()["error_code"]) == (413, "payload_too_large")


@pytest.mark.parametrize(
    ("sent", "encoding", "status"),
    [
        (b"{", "identity", 422),
        (b'{"batch": [{"id": "\xff"}]}', "identity", 422),
        (b"no gzip", "gzip", 400),
        (gzip.compress(BODY)[:-20], "gzip", 400),
        (BODY, "br", 415),
    ],
)
async def test_what_cannot_be_read_is_refused(alice_key: str, sent: bytes, encoding: str, status: int) -> None:
    answer = await post(COMPLETE, alice_key, content=sent, headers={"content-encoding": encoding})
    assert answer.status_code == status
    assert answer.headers["x-should-retry"] == "false"


async def test_it_names_what_does_not_fit_and_keeps_nothing_of_the_batch(alice_key: str) -> None:
    answer = await post(COMPLETE, alice_key, {"batch": [complete(), complete(id="two", started_at="soon")]})
    assert answer.status_code == 422
    assert answer.json()["reason"].startswith("batch.1.started_at: ")
    assert await read(alice_key) == []


async def test_text_that_no_database_keeps_is_replaced(alice_key: str) -> None:
    odd = {"output": "a\0b\\u0000", "op_name": "x\0y", "exception": "\0"}
    assert (await post(COMPLETE, alice_key, {"batch": [complete(**odd)]})).status_code == 200
    [call] = await read(alice_key)
    assert (call["output"], call["op_name"]) == ("a\ufffdb\\u0000", "x\ufffdy")


async def test_numbers_that_no_column_holds_are_refused_but_not_those_that_a_client_added_up(alice_key: str) -> None:
    used = {"usage": {"m": {"total_tokens": 10**30}}}
    assert (await post(COMPLETE, alice_key, {"batch": [complete(summary=used)]})).status_code == 200
    assert (await post(COMPLETE, alice_key, {"batch": [complete(wb_run_step=10**30)]})).status_code == 422


@pytest.mark.parametrize("path", ["/traces/agents/query", "/traces/eval_results/query", "/traces/annotation_queues"])
async def test_it_names_what_it_does_not_serve(alice_key: str, path: str) -> None:
    answer = await post(path, alice_key, {})
    assert answer.status_code == 404
    assert answer.json() == {
        "reason": f"Lineup does not serve POST {path} of Weave.",
        "error_code": "not_served",
    }
