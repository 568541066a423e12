"""Tables: made of rows or of their digests, changed, sorted, read by pages."""

from __future__ import annotations

from typing import Any

import pytest

from tests.tracing.doors import PROJECT, post

pytestmark = pytest.mark.django_db(transaction=True)

ROWS = [{"n": 2, "t": "b"}, {"n": 1}, {"n": 3, "t": "a"}]


async def ask(key: str, path: str, status: int = 200, **body: Any) -> Any:
    answer = await post(f"/traces/table/{path}", key, {"project_id": PROJECT, **body})
    assert answer.status_code == status, answer.text
    return answer.json()


@pytest.fixture
async def table(alice_key: str) -> dict[str, Any]:
    answer = await post("/traces/table/create", alice_key, {"table": {"project_id": PROJECT, "rows": ROWS}})
    made: dict[str, Any] = answer.json()
    return made


async def numbers(key: str, digest: str, **asked: Any) -> list[int]:
    return [row["val"]["n"] for row in (await ask(key, "query", digest=digest, **asked))["rows"]]


async def test_the_same_rows_are_the_same_table(alice_key: str, table: dict[str, Any]) -> None:
    again = await ask(alice_key, "create_from_digests", row_digests=table["row_digests"])
    assert again["digest"] == table["digest"]
    assert await ask(alice_key, "query_stats", digest=table["digest"]) == {"count": 3}


async def test_digests_of_rows_that_are_not_there_are_refused(alice_key: str) -> None:
    refused = await ask(alice_key, "create_from_digests", 404, row_digests=["unknown"])
    assert "unknown" in refused["reason"]


async def test_another_digest_than_expected_is_refused(alice_key: str) -> None:
    body = {"table": {"project_id": PROJECT, "rows": ROWS, "expected_digest": "other"}}
    assert (await post("/traces/table/create", alice_key, body)).status_code == 409


async def test_rows_are_added_put_between_and_taken_out(alice_key: str, table: dict[str, Any]) -> None:
    updates = [{"append": {"row": {"n": 4}}}, {"insert": {"index": 0, "row": {"n": 0}}}, {"pop": {"index": 1}}]
    changed = await ask(alice_key, "update", base_digest=table["digest"], updates=updates)
    assert await numbers(alice_key, changed["digest"]) == [0, 1, 3, 4]
    assert await numbers(alice_key, table["digest"]) == [2, 1, 3]
    await ask(alice_key, "update", 422, base_digest=table["digest"], updates=[{"pop": {"index": 9}}])


async def test_it_is_sorted_and_read_by_pages(alice_key: str, table: dict[str, Any]) -> None:
    by_number, by_text = ([{"field": name, "direction": "asc"}] for name in ("n", "t"))
    assert await numbers(alice_key, table["digest"], sort_by=by_number, limit=2, offset=1) == [2, 3]
    assert await numbers(alice_key, table["digest"], sort_by=by_text) == [3, 2, 1]
    chosen = {"row_digests": table["row_digests"][1:]}
    assert await numbers(alice_key, table["digest"], filter=chosen) == [1, 3]


async def test_sizes_of_many_tables(alice_key: str, table: dict[str, Any]) -> None:
    asked: dict[str, Any] = {"digests": [table["digest"], "unknown"], "include_storage_size": True}
    [one] = (await ask(alice_key, "query_stats_batch", **asked))["tables"]
    assert (one["count"], one["storage_size_bytes"]) == (3, len('{"n":2,"t":"b"}{"n":1}{"n":3,"t":"a"}'))


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"limit": 2}, [2, 1]),
        ({"limit": 2, "offset": 1}, [1, 3]),
        ({"limit": 2, "offset": 2}, [3]),
        ({"limit": 2, "offset": 3}, []),
        ({"limit": 0}, []),
        ({"limit": 10**9, "offset": 10**12}, []),
        ({"limit": 10**12}, [2, 1, 3]),
    ],
)
async def test_every_page_has_its_rows(
    alice_key: str, table: dict[str, Any], asked: dict[str, int], found: list[int]
) -> None:
    page = (await ask(alice_key, "query", digest=table["digest"], **asked))["rows"]
    assert [row["val"]["n"] for row in page] == found
    assert [row["original_index"] for row in page] == list(range(asked.get("offset", 0), 3))[: asked["limit"]]


async def test_an_empty_table_has_an_empty_page(alice_key: str) -> None:
    made = (await post("/traces/table/create", alice_key, {"table": {"project_id": PROJECT, "rows": []}})).json()
    assert await numbers(alice_key, made["digest"], limit=10) == []
    await ask(alice_key, "query", 404, digest="unknown", limit=10)
