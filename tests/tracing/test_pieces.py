"""Answers of any length: they are whole, and the server never holds more of one than a piece."""

from __future__ import annotations

import asyncio
import json
import tracemalloc
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from accounts.models import Project
from tests.tracing.doors import NOW, PROJECT, post
from tracing import digests, piecemeal
from tracing.app import application
from tracing.models import Call, Feedback, Object, Row, Table

pytestmark = pytest.mark.django_db(transaction=True)

MANY, LETTERS = 48, 1_000_000
LONG = json.dumps({"text": "x" * LETTERS})
#: Of all that is asked for, three quarters are more than any answer may take.
MOST = MANY * LETTERS // 4


async def drained(path: str, key: str, body: dict[str, Any]) -> tuple[int, int, int]:
    """Status and length of an answer that nobody keeps, and how many bytes it took at most to make it."""
    status, length = 0, 0
    sent = [{"type": "http.request", "body": json.dumps({"project_id": PROJECT, **body}).encode()}]

    async def receive() -> dict[str, Any]:
        if not sent:
            await asyncio.Event().wait()
        return sent.pop()

    async def send(message: Any) -> None:
        nonlocal status, length
        status = message.get("status", status)
        length += len(message.get("body", b""))

    headers = [(b"authorization", f"Bearer {key}".encode())]
    scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": headers}
    tracemalloc.start()
    try:
        await application(scope, receive, send)
        return status, length, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def fill(project: Project) -> None:
    """With many long ones of everything; two of each are made at once, for the test is no program of a client."""
    names = [f"long-{number:02}" for number in range(MANY)]
    of: dict[str, Any] = {"project": project}
    for name in names:
        Feedback.objects.create(feedback_id=name, weave_ref=f"weave:///{PROJECT}/call/a", payload=LONG, **of)
        said = {"version": 0, "kind": "object", "size": len(LONG), "val": LONG}
        Object.objects.create(object_id=name, digest=name, **said, **of)
        Row.objects.create(digest=name, val=LONG, **of)
        Call.objects.create(call_id=name, trace_id="t", op="ask", started_at=NOW, output=LONG, **of)
    table = {"digest": digests.of_table(names), "length": MANY, "row_digests": json.dumps(names)}
    Table.objects.create(**table, **of)


@pytest.fixture
async def full(project: Project) -> str:
    """The digest of its table."""
    await sync_to_async(fill)(project)
    return digests.of_table([f"long-{number:02}" for number in range(MANY)])


@pytest.mark.parametrize(
    ("address", "body"),
    [
        ("feedback/query", {}),
        ("objs/query", {}),
        ("table/query", {}),
        ("table/query", {"sort_by": [{"field": "text", "direction": "asc"}]}),
        ("calls/stream_query", {}),
    ],
)
async def test_a_long_answer_is_never_held_whole(alice_key: str, full: str, address: str, body: dict[str, Any]) -> None:
    status, length, held = await drained(f"/traces/{address}", alice_key, {"digest": full, **body})
    assert status == 200
    assert length > MANY * LETTERS
    assert held < MOST


async def test_sizes_of_tables_are_summed_where_they_are_kept(alice_key: str, full: str) -> None:
    asked = {"digests": [full], "include_storage_size": True}
    answer = await post("/traces/table/query_stats_batch", alice_key, {"project_id": PROJECT, **asked})
    assert answer.json()["tables"][0]["storage_size_bytes"] == MANY * len(LONG)
    assert (await drained("/traces/table/query_stats_batch", alice_key, asked))[2] < MOST


async def test_pieces_make_up_the_whole(alice_key: str, full: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(piecemeal, "PIECE", 7)
    answers = {
        name: (await post(f"/traces/{address}", alice_key, {"project_id": PROJECT, "digest": full, "limit": 20})).json()
        for name, address in {"result": "feedback/query", "objs": "objs/query", "rows": "table/query"}.items()
    }
    assert [one["id"] for one in answers["result"]["result"]] == [f"long-{number:02}" for number in range(20)]
    assert answers["result"]["total_count"] == MANY
    assert [one["object_id"] for one in answers["objs"]["objs"]] == [f"long-{number:02}" for number in range(20)]
    assert [one["original_index"] for one in answers["rows"]["rows"]] == list(range(20))


async def test_every_line_of_calls_is_one(alice_key: str, full: str) -> None:
    answer = await post("/traces/calls/stream_query", alice_key, {"project_id": PROJECT, "limit": 3})
    assert [json.loads(line)["id"] for line in answer.text.removesuffix("\n").split("\n")] == [
        f"long-{number:02}" for number in range(3)
    ]


async def test_an_empty_answer_is_a_list_of_nothing(alice_key: str, project: Project) -> None:
    assert (await post("/traces/feedback/query", alice_key, {"project_id": PROJECT})).json() == {
        "result": [],
        "total_count": 0,
    }


@pytest.mark.parametrize(
    ("address", "member"), [("service/projects_info", "project_ids"), ("table/query_stats_batch", "digests")]
)
async def test_no_more_is_asked_at_once_than_is_answered(
    alice_key: str, project: Project, address: str, member: str
) -> None:
    refused = await post(f"/traces/{address}", alice_key, {"project_id": PROJECT, member: ["x"] * 1001})
    assert refused.status_code == 422
    assert member in refused.json()["reason"]
