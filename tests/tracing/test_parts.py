"""Parts of a call come in any order, as often as they like, hours apart, and make one call."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from tests.tracing.doors import complete, end, post, read, start

pytestmark = pytest.mark.django_db(transaction=True)

START = ("/traces/v2/alice/playground/call/start", {"start": start()})
END = ("/traces/v2/alice/playground/call/end", {"end": end()})
NAME = ("/traces/call/update", {"project_id": "alice/playground", "call_id": "one", "display_name": "named"})


async def send(key: str, *parts: tuple[str, Any]) -> None:
    for path, body in parts:
        answer = await post(path, key, body)
        assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("parts", list(permutations([START, END, NAME])), ids=str)
async def test_parts_in_any_order_make_the_same_call(alice_key: str, parts: tuple[Any, ...]) -> None:
    await send(alice_key, *parts)
    [call] = await read(alice_key)
    assert (call["inputs"], call["output"], call["display_name"]) == ({"question": "?"}, "!", "named")
    assert call["summary"]["weave"] == {"status": "success", "trace_name": "named", "latency_ms": 10_800_500}


async def test_what_is_sent_again_is_not_doubled(alice_key: str) -> None:
    batch = {"batch": [complete(), complete(id="two")]}
    await send(alice_key, START, END, END, START, *[("/traces/v2/alice/playground/calls/complete", batch)] * 2)
    assert [call["id"] for call in await read(alice_key)] == ["one", "two"]


async def test_a_call_that_has_only_begun_runs(alice_key: str) -> None:
    await send(alice_key, START)
    [call] = await read(alice_key)
    assert (call["ended_at"], call["output"], call["summary"]["weave"]["status"]) == (None, None, "running")


async def test_an_end_alone_is_no_call_yet(alice_key: str) -> None:
    await send(alice_key, END)
    assert await read(alice_key) == []


async def test_what_was_deleted_stays_so_when_more_of_it_comes(alice_key: str) -> None:
    below = ("/traces/call/start", {"start": start(id="below", parent_id="one")})
    gone = ("/traces/calls/delete", {"project_id": "alice/playground", "call_ids": ["one"]})
    await send(alice_key, START, below, gone, START, END, below)
    assert await read(alice_key) == []


async def test_the_older_batch_of_starts_and_ends_is_answered_in_its_order(alice_key: str) -> None:
    other = start(id=None, trace_id=None)
    batch = [
        {"mode": "end", "req": END[1]},
        {"mode": "start", "req": {"start": other}},
        {"mode": "start", "req": START[1]},
    ]
    answer = await post("/traces/call/upsert_batch", alice_key, {"batch": batch})
    ended, made, begun = answer.json()["res"]
    assert (ended, begun) == ({}, {"id": "one", "trace_id": "trace"})
    assert made["id"] == made["trace_id"]
    assert len(await read(alice_key)) == 2
