"""Completions of our own become calls like those that the client writes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from accounts.models import Project
from common.ids import uuid7
from inference_catalog.models import Model, Offering, Price, Provider
from tests.tracing.doors import PROJECT, complete, post, read, start
from tracing import recorder, recording
from tracing.call_shapes import Complete
from tracing.models import Call
from tracing.recorder import Traced
from tracing.visits import Space

pytestmark = pytest.mark.django_db(transaction=True)

MODEL = "maker/model"
REQUEST = {"model": MODEL, "messages": [{"role": "user", "content": "?"}], "temperature": 0}


def traced(project: Project, **said: Any) -> Traced:
    began, call_id = timezone.now(), uuid7()
    whole: dict[str, Any] = {
        "project_id": project.pk,
        "project_path": PROJECT,
        "user_id": project.team.organization.members.get().pk,
        "id": call_id,
        "request": REQUEST,
        "response": {"id": "chatcmpl-1", "choices": [{"index": 0, "message": {"role": "assistant", "content": "!"}}]},
        "size": 100,
        "started_at": began,
        "ended_at": began + timedelta(seconds=2),
        "prompt_tokens": 1_000_000,
        "completion_tokens": 500_000,
    }
    return Traced(**whole | said)


def submit(*those: Traced) -> None:
    for one in those:
        recorder.submit(one)
    recorder.stop()


async def test_it_reads_back_as_a_call_of_the_client(project: Project, alice_key: str) -> None:
    model = await Model.objects.acreate(model_id=MODEL, name="Model", maker="Maker")
    await Price.objects.acreate(model=model, input=1_000_000, output=2_000_000, effective_at="2020-01-01T00:00Z")
    await run(submit, await run(traced, project))
    [call] = await read(alice_key, include_costs=True)
    assert (call["op_name"], call["inputs"]) == ("openai.chat.completions.create", REQUEST)
    assert call["output"]["choices"][0]["message"] == {"role": "assistant", "content": "!"}
    assert call["summary"]["usage"][MODEL]["total_tokens"] == 1_500_000
    ours = call["summary"]["weave"]
    assert (ours["status"], ours["latency_ms"]) == ("success", 2000)
    assert ours["costs"][MODEL]["completion_tokens_total_cost"] == pytest.approx(1.0)


async def test_what_was_cached_costs_what_the_catalog_says(project: Project, alice_key: str) -> None:
    model = await Model.objects.acreate(model_id=MODEL, name="Model", maker="Maker")
    prices = {"input": 1_000_000, "cached_input": 250_000, "output": 2_000_000}
    await Price.objects.acreate(model=model, effective_at="2020-01-01T00:00Z", **prices)
    await run(submit, await run(lambda: traced(project, cached_tokens=400_000, reasoning_tokens=7)))
    [call] = await read(alice_key, include_costs=True)
    assert call["summary"]["usage"][MODEL]["completion_tokens_details"] == {"reasoning_tokens": 7}
    costs = call["summary"]["weave"]["costs"][MODEL]
    assert costs["prompt_tokens_total_cost"] == pytest.approx(0.6)
    assert costs["cache_read_input_tokens_total_cost"] == pytest.approx(0.1)
    [kept] = [one async for one in Call.objects.all()]
    assert kept.cost == pytest.approx(1.7)


async def test_a_provider_s_own_name_of_a_model_has_its_price(project: Project, alice_key: str) -> None:
    model = await Model.objects.acreate(model_id=MODEL, name="Model", maker="Maker")
    await Price.objects.acreate(model=model, input=1_000_000, output=2_000_000, effective_at="2020-01-01T00:00Z")
    provider = await Provider.objects.acreate(slug="ollama", name="Ollama", base_url="http://127.0.0.1:1/v1")
    await Offering.objects.acreate(model=model, provider=provider, upstream_id="model:8b")
    usage = {"usage": {"model:8b": {"requests": 1, "prompt_tokens": 1_000_000, "completion_tokens": 0}}}
    await post("/traces/v2/alice/playground/calls/complete", alice_key, {"batch": [complete(summary=usage)]})
    [call] = await read(alice_key, include_costs=True)
    assert call["summary"]["weave"]["costs"]["model:8b"]["prompt_tokens_total_cost"] == pytest.approx(1.0)


async def test_what_the_database_refuses_spoils_no_other(
    project: Project, alice_key: str, caplog: pytest.LogCaptureFixture
) -> None:
    good, bad = await run(traced, project), await run(lambda: traced(project, parent_id="x" * 129))
    gone = await run(lambda: traced(project, project_id=uuid7()))
    await run(submit, gone, bad, good)
    assert [call["id"] for call in await read(alice_key)] == [str(good.id)]
    assert {f"the trace of completion {one.id} cannot be {why}" for one, why in ((bad, "written"), (gone, "kept"))} <= {
        record.getMessage() for record in caplog.records
    }


async def test_what_does_not_fit_into_memory_is_given_up(
    project: Project, alice_key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "WAITING_BYTES", 250)
    monkeypatch.setattr(recorder, "COMPANY", 20.0)
    those = [await run(traced, project) for _ in range(4)]
    await run(submit, *those)
    assert {call["id"] for call in await read(alice_key)} == {str(one.id) for one in those[:2]}


async def test_what_failed_has_an_exception(project: Project, alice_key: str) -> None:
    error = {"code": "upstream_unavailable", "message": "It broke off"}
    await run(submit, await run(lambda: traced(project, error=error, response=None)))
    [call] = await read(alice_key)
    assert json.loads(call["exception"])["message"] == "It broke off"
    assert (call["output"], call["summary"]["weave"]["status"]) == (None, "error")


async def test_it_stands_under_a_call_of_the_client(project: Project, alice_key: str) -> None:
    await post("/traces/call/start", alice_key, {"start": start()})
    await run(submit, await run(lambda: traced(project, parent_id="one", trace_id="trace", thread_id="talk")))
    [below] = await read(alice_key, filter={"parent_ids": ["one"]})
    assert (below["trace_id"], below["thread_id"], below["turn_id"]) == ("trace", "talk", below["id"])


async def test_many_are_written_once_each(project: Project, alice_key: str) -> None:
    those = [await run(traced, project) for _ in range(300)]
    await run(submit, *those, those[0])
    assert {call["id"] for call in await read(alice_key)} == {str(one.id) for one in those}


async def test_a_filter_for_all_versions_of_the_op_finds_it(project: Project, alice_key: str) -> None:
    await run(submit, await run(traced, project))
    versions = f"weave:///{PROJECT}/op/{recorder.OP}:*"
    assert len(await read(alice_key, filter={"op_names": [versions]})) == 1


async def run(work: Any, *arguments: Any) -> Any:
    return await sync_to_async(work)(*arguments)


async def test_large_ones_do_not_share_a_transaction(
    project: Project, alice_key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "BATCH_BYTES", 150)
    written: list[int] = []
    record = recording.record

    def counted(space: Space, *, completes: Sequence[Complete]) -> None:
        written.append(len(completes))
        record(space, completes=completes)

    monkeypatch.setattr(recording, "record", counted)
    those = [await run(traced, project) for _ in range(5)]
    await run(submit, *those)
    assert len(await read(alice_key)) == 5
    assert max(written) <= 2
