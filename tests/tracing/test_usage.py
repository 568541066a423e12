"""Usage of calls, over time and with all below them; how much a project holds."""

from __future__ import annotations

from typing import Any

import pytest

from tests.tracing.doors import PROJECT, complete, post, start
from tracing import recording
from tracing.models import Call

pytestmark = pytest.mark.django_db(transaction=True)

USED = {"usage": {"m": {"requests": 1, "prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}}}
DAY = {"start": "2026-11-23T00:00:00Z", "end": "2026-11-24T00:00:00Z", "granularity": 3600}


@pytest.fixture
async def kept(alice_key: str) -> str:
    """A call with another below it, whose usage the client has added up, and one that failed an hour later."""
    batch = [
        complete(summary=USED, ended_at="2026-11-23T09:00:02Z"),
        complete(id="below", parent_id="one", summary=USED, ended_at="2026-11-23T09:00:01Z"),
        complete(id="late", started_at="2026-11-23T10:30:00Z", ended_at="2026-11-23T10:30:04Z", exception="no"),
    ]
    await post("/traces/v2/alice/playground/calls/complete", alice_key, {"batch": batch})
    await post("/traces/cost/create", alice_key, {"project_id": PROJECT, "costs": {"m": COST}})
    return alice_key


COST = {"prompt_token_cost": 0.1, "completion_token_cost": 1.0}


async def ask(key: str, path: str, **body: Any) -> Any:
    answer = await post(path, key, {"project_id": PROJECT, **body})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_latency_and_errors_over_time(kept: str) -> None:
    metrics = [
        {"metric": "latency_ms", "aggregations": ["max"], "percentiles": [50]},
        {"metric": "call_count"},
        {"metric": "error_count"},
    ]
    buckets = (await ask(kept, "/traces/calls/stats", **DAY, call_metrics=metrics))["call_buckets"]
    assert [bucket["timestamp"] for bucket in buckets] == ["2026-11-23T09:00:00+00:00", "2026-11-23T10:00:00+00:00"]
    assert [bucket["sum_call_count"] for bucket in buckets] == [2, 1]
    assert [bucket["sum_error_count"] for bucket in buckets] == [0, 1]
    assert (buckets[0]["max_latency_ms"], buckets[1]["p50_latency_ms"]) == (pytest.approx(2000, abs=0.01), 4000)


async def test_tokens_and_dollars_are_not_counted_twice(kept: str) -> None:
    metrics = [{"metric": "total_tokens"}, {"metric": "total_cost"}]
    [bucket] = (await ask(kept, "/traces/calls/stats", **DAY, usage_metrics=metrics))["usage_buckets"]
    assert (bucket["model"], bucket["sum_total_tokens"]) == ("m", 15)
    assert bucket["sum_total_cost"] == pytest.approx(6.0)


async def test_usage_of_calls_with_what_is_below_them(kept: str) -> None:
    used = await ask(kept, "/traces/calls/usage", call_ids=["one"], include_costs=True)
    assert used["call_usage"]["one"]["m"]["total_tokens"] == 15
    assert used["call_usage"]["one"]["m"]["completion_tokens_total_cost"] == pytest.approx(5.0)
    assert set((await ask(kept, "/traces/trace/usage"))["call_usage"]) == {"one", "below", "late"}


async def test_usage_reads_no_long_column_but_summaries(kept: str, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[set[str]] = []
    from_db = Call.from_db

    def spied(db: str, names: list[str], values: list[Any]) -> Call:
        read.append(set(names))
        return from_db(db, names, values)

    monkeypatch.setattr(Call, "from_db", spied)
    monkeypatch.setattr(recording, "_PIECE", 1)
    used = await ask(kept, "/traces/calls/usage", call_ids=["one", "below", "late"], limit=2)
    assert (set(used["call_usage"]), len(read)) == ({"one", "below"}, 2)
    assert len((await ask(kept, "/traces/trace/usage", limit=2, include_costs=True))["call_usage"]) == 2
    assert "summary" in read[0]
    assert not {"inputs", "output", "attributes", "otel_dump"} & set().union(*read)


async def test_an_unfinished_call_is_said_to_be(kept: str) -> None:
    await post("/traces/call/start", kept, {"start": start(id="runs")})
    assert (await ask(kept, "/traces/calls/usage", call_ids=["runs"]))["unfinished_call_ids"] == ["runs"]


async def test_how_much_a_project_holds(kept: str) -> None:
    await post("/traces/table/create", kept, {"table": {"project_id": PROJECT, "rows": [{"a": 1}, {"a": 1}]}})
    held = await ask(kept, "/traces/project/stats")
    assert held["trace_storage_size_bytes"] > 100
    assert held["tables_storage_size_bytes"] == len('{"a":1}')
    counted = await ask(kept, "/traces/calls/query_stats", include_total_storage_size=True)
    assert (counted["count"], counted["total_storage_size_bytes"]) == (3, held["trace_storage_size_bytes"])


@pytest.mark.parametrize(
    "body",
    [{**DAY, "timezone": "Moon/Base"}, {**DAY, "end": DAY["start"]}, {**DAY, "call_metrics": [{"metric": "joy"}]}],
)
async def test_what_cannot_be_counted_is_refused(alice_key: str, body: dict[str, Any]) -> None:
    assert (await post("/traces/calls/stats", alice_key, {"project_id": PROJECT, **body})).status_code == 422


@pytest.mark.parametrize(
    ("start", "end"),
    [("0001-01-01T00:00:00Z", "0001-01-03T00:00:00Z"), ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z")],
)
@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "America/New_York"])
async def test_all_of_time_may_be_asked_for(alice_key: str, start: str, end: str, zone: str) -> None:
    odd = [
        complete(id="first", started_at="0001-01-01T00:00:01Z"),
        complete(id="last", started_at="9999-12-31T23:59:58Z"),
    ]
    assert (await post("/traces/v2/alice/playground/calls/complete", alice_key, {"batch": odd})).status_code == 200
    asked = {
        "start": start,
        "end": end,
        "timezone": zone,
        "call_metrics": [{"metric": "call_count", "aggregations": ["sum"]}],
    }
    answer = await post("/traces/calls/stats", alice_key, {"project_id": PROJECT, **asked})
    assert answer.status_code in (200, 422), answer.text
