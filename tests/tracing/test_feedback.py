"""Feedback that is sent again, replaced and taken back; threads as they are listed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from accounts.models import Project
from tests.tracing.doors import PROJECT, complete, post

pytestmark = pytest.mark.django_db(transaction=True)

REF = f"weave:///{PROJECT}/call/one"


def given(**said: Any) -> dict[str, Any]:
    return {"project_id": PROJECT, "weave_ref": REF, "feedback_type": "note", "payload": {"note": "!"}, **said}


async def listed(key: str) -> list[dict[str, Any]]:
    answer = await post("/traces/feedback/query", key, {"project_id": PROJECT})
    found: list[dict[str, Any]] = answer.json()["result"]
    return found


async def test_what_is_sent_again_is_there_once(alice_key: str) -> None:
    batch = {"batch": [given(id="a"), given(id="b", scorer_tags=["polite"], scorer_ratings={"tone": 0.5})]}
    for _ in range(2):
        answer = await post("/traces/feedback/batch/create", alice_key, batch)
        assert [one["id"] for one in answer.json()["res"]] == ["a", "b"]
    found = await listed(alice_key)
    assert [one["id"] for one in found] == ["a", "b"]
    assert (found[1]["scorer_tags"], found[1]["scorer_ratings"]) == (["polite"], {"tone": 0.5})


async def test_it_is_replaced(alice_key: str) -> None:
    await post("/traces/feedback/create", alice_key, given(id="a"))
    replacement = given(feedback_id="a", payload={"note": "?"})
    assert (await post("/traces/feedback/replace", alice_key, replacement)).status_code == 200
    [one] = await listed(alice_key)
    assert one["payload"] == {"note": "?"}
    assert (await post("/traces/feedback/replace", alice_key, replacement)).status_code == 404


async def test_nothing_is_purged_without_saying_what(alice_key: str) -> None:
    await post("/traces/feedback/create", alice_key, given())
    purge = {"project_id": PROJECT, "query": {}}
    assert (await post("/traces/feedback/purge", alice_key, purge)).status_code == 422
    assert len(await listed(alice_key)) == 1


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("feedback/purge", {"query": {"$expr": {"$eq": [{"$getField": "id"}, {"$literal": "a"}]}}}),
        ("cost/purge", {"query": {"$expr": {"$eq": [{"$getField": "id"}, {"$literal": "a"}]}}}),
        ("feedback/replace", {"weave_ref": REF, "feedback_type": "note", "payload": {}, "feedback_id": "a"}),
    ],
)
async def test_what_takes_away_makes_no_project(alice_key: str, address: str, said: dict[str, Any]) -> None:
    answer = await post(f"/traces/{address}", alice_key, {"project_id": "alice/none", **said})
    assert answer.status_code == 404
    assert not await Project.objects.filter(slug="none").aexists()


async def test_what_is_on_nothing_is_refused(alice_key: str) -> None:
    assert (await post("/traces/feedback/create", alice_key, given(weave_ref="x"))).status_code == 422


async def test_threads_are_listed_with_their_turns(alice_key: str) -> None:
    turns = [
        complete(
            id=f"turn-{number}", turn_id=f"turn-{number}", thread_id="talk", started_at=f"2026-11-23T0{number}:00Z"
        )
        for number in (1, 2, 3)
    ]
    below = complete(id="below", turn_id="turn-1", thread_id="talk")
    body = {"batch": [*turns, below, complete(id="alone")]}
    assert (await post("/traces/v2/alice/playground/calls/complete", alice_key, body)).status_code == 200
    answer = await post("/traces/threads/stream_query", alice_key, {"project_id": PROJECT})
    [thread] = [json.loads(line) for line in answer.text.splitlines()]
    assert (thread["thread_id"], thread["turn_count"], thread["first_turn_id"]) == ("talk", 3, "turn-1")
    assert thread["start_time"] == "2026-11-23T01:00:00Z"
