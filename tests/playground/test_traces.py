"""Answers of the Playground are traced unless their lane is set not to be."""

from __future__ import annotations

import json
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.test import Client

from accounts.models import User
from playground import saved_models
from playground.models import Answer, Comparison, Lane
from tests.playground.conftest import OpenTab
from tracing import recorder
from tracing.models import Call

pytestmark = pytest.mark.django_db(transaction=True)


async def answered(open_tab: OpenTab, *questions: str) -> list[Answer]:
    tab = await open_tab()
    for question in questions:
        assert (await tab.send(question, lanes=["A"]))["type"] == "ack"
        await tab.until_ended()
    await sync_to_async(recorder.stop)()
    return [answer async for answer in Answer.objects.select_related("message").order_by("pk")]


async def test_an_answer_is_a_call_of_the_lane_s_conversation(
    open_tab: OpenTab, comparison: Comparison, lane: Lane
) -> None:
    answers = await answered(open_tab, "First?", "Second?")
    calls = [call async for call in Call.objects.order_by("started_at")]
    assert [str(answer.trace_id) for answer in answers] == [call.call_id for call in calls]
    assert [call.thread_id for call in calls] == [str(lane.pk)] * 2
    assert {call.project_id for call in calls} == {comparison.project_id}
    asked: dict[str, Any] = json.loads(calls[1].inputs)
    assert [message["content"] for message in asked["messages"]] == ["First?", answers[0].message.text, "Second?"]
    assert json.loads(calls[1].output or "")["choices"][0]["message"]["content"] == answers[1].message.text


async def test_it_costs_there_what_it_costs_here(open_tab: OpenTab) -> None:
    [answer] = await answered(open_tab, "How much?")
    call = await Call.objects.aget()
    assert answer.cost
    assert call.cost == pytest.approx(answer.cost / 10**12, rel=1e-12)


async def test_a_lane_that_is_not_tracked_leaves_no_trace(open_tab: OpenTab, lane: Lane) -> None:
    await Lane.objects.filter(pk=lane.pk).aupdate(is_traced=False)
    [answer] = await answered(open_tab, "Between us?")
    assert (answer.state, answer.trace_id) == ("done", None)
    assert not await Call.objects.aexists()


async def test_an_answer_of_a_saved_model_names_its_version_unless_something_differs(
    open_tab: OpenTab, alice: User, lane: Lane
) -> None:
    saved = await sync_to_async(saved_models.save)(lane, alice, "support-bot")
    await answered(open_tab, "One?")
    await Lane.objects.filter(pk=lane.pk).aupdate(settings={"seed": 1})
    await answered(open_tab, "Two?")
    facts = [json.loads(call.attributes)["lineup"] async for call in Call.objects.order_by("started_at")]
    assert [one.get("saved_model") for one in facts] == [saved.ref, None]


def test_it_is_a_setting_of_the_lane(alice_client: Client, lane: Lane) -> None:
    address = f"/playground/lanes/{lane.pk}/settings"
    assert "checked" in alice_client.get(address).content.decode()
    alice_client.post(address, {"is_traced": "off", "seed": "7"})
    lane.refresh_from_db()
    assert (lane.is_traced, lane.is_customized, lane.settings) == (False, True, {"seed": 7})
    page = alice_client.get(address).content.decode()
    assert "Track this call with Weave" in page
    assert "checked" not in page
    alice_client.post(address, {"is_traced": "on", "seed": ""})
    lane.refresh_from_db()
    assert (lane.is_traced, lane.is_customized) == (True, False)


def test_a_duplicate_is_not_tracked_either(alice_client: Client, comparison: Comparison, lane: Lane) -> None:
    Lane.objects.filter(pk=lane.pk).update(is_traced=False)
    alice_client.post(f"/playground/lanes/{lane.pk}/duplicate")
    assert not comparison.lanes.get(letter="C").is_traced


async def test_its_details_lead_to_the_trace(open_tab: OpenTab, alice_client: Client, comparison: Comparison) -> None:
    [answer] = await answered(open_tab, "Where?")
    page = await sync_to_async(alice_client.get)(f"/playground/answers/{answer.pk}")
    address = f"/{comparison.project.path}/r/call/{answer.trace_id}"
    assert f'href="{address}"' in page.content.decode()
    call = await sync_to_async(alice_client.get)(address, follow=True)
    assert "Where?" in call.content.decode()
