"""What an answer took: step by step, token by token, to the last pico-dollar."""

from __future__ import annotations

import asyncio
import html
import re

import pytest
from asgiref.sync import sync_to_async
from django.test import Client

from billing.models import UsageRecord
from playground import timeline
from playground.breakdown import Breakdown, breakdown
from playground.models import Answer, Lane
from tests.playground.conftest import OpenTab, drill

pytestmark = pytest.mark.django_db(transaction=True)


async def answered(open_tab: OpenTab, lane: Lane, **simulate: object) -> Answer:
    await drill(lane, **simulate)
    tab = await open_tab()
    await tab.send("Well?", lanes=[lane.letter])
    await tab.until_ended()
    return await Answer.objects.select_related("message", "lane").aget()


async def parts_of(answer: Answer) -> Breakdown:
    return await sync_to_async(breakdown)(answer)


async def page_of(client: Client, answer: Answer) -> str:
    response = await sync_to_async(client.get)(f"/playground/answers/{answer.pk}")
    return html.unescape(response.content.decode())


async def test_its_steps_fill_its_time(
    open_tab: OpenTab, lane: Lane, alice_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timeline, "PAUSE", 20_000)
    answer = await answered(open_tab, lane, ttft=0.2, think="Hm. " * 20, echo="So it is. " * 20, tokens_per_second=40)
    parts = await parts_of(answer)
    assert [step.key for step in parts.steps] == ["queued", "connecting", "prompt", "thinking", "answering"]
    assert sum(step.took for step in parts.steps) == answer.duration_ms
    took = {step.key: step.took for step in parts.steps}
    assert took["connecting"] + took["prompt"] >= 150
    assert took["thinking"] >= 100
    assert took["answering"] >= 100
    assert parts.pauses.count == 0
    page = await page_of(alice_client, answer)
    assert re.findall(r'<rect class="timeline-step"[^>]*data-step="(\w+)"', page) == [step.key for step in parts.steps]
    assert f'aria-label="{parts.sentence}"' in page
    assert page.count("<tr data-step=") == 6


async def test_a_slow_head_is_time_of_connecting(open_tab: OpenTab, lane: Lane) -> None:
    took = {
        step.key: step.took for step in (await parts_of(await answered(open_tab, lane, stall_before_headers=0.4))).steps
    }
    assert took["connecting"] >= 350
    assert "thinking" not in took


async def test_a_silence_within_it_is_a_stall(
    open_tab: OpenTab, lane: Lane, alice_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timeline, "PAUSE", 2.0)
    answer = await answered(open_tab, lane, echo="One two three four", stall_after=2, stall_for=4)
    parts = await parts_of(answer)
    assert parts.pauses.count == 1
    assert parts.pauses.total == parts.pauses.longest >= 3000
    assert answer.duration_ms
    [(at, took)] = parts.pauses.places
    assert at + took <= answer.duration_ms
    assert 'class="timeline-pause" x="' in await page_of(alice_client, answer)


async def test_a_stop_in_a_silence_ends_a_stall(open_tab: OpenTab, lane: Lane, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeline, "PAUSE", 2.0)
    await drill(lane, echo="One two three four", stall_after=2)
    tab = await open_tab()
    await tab.send("Well?", lanes=["A"])
    await tab.until(lambda frame: "d" in frame)
    await asyncio.sleep(3)
    await tab.ask(type="stop", lane=None)
    await tab.until_ended()
    parts = await parts_of(await Answer.objects.select_related("message", "lane").aget())
    assert parts.pauses.count == 1
    assert [step.key for step in parts.steps][-1] == "answering"


async def test_a_request_that_fails_took_the_steps_that_it_reached(open_tab: OpenTab, lane: Lane) -> None:
    parts = await parts_of(await answered(open_tab, lane, status=500))
    assert [step.key for step in parts.steps] == ["queued", "connecting"]
    assert parts.record is None or parts.amount == 0


async def test_its_tokens_add_up_to_its_cost(open_tab: OpenTab, lane: Lane, alice_client: Client) -> None:
    answer = await answered(open_tab, lane, think="Let me see. " * 5, echo="Here it is.")
    parts = await parts_of(answer)
    record = await UsageRecord.objects.aget()
    assert parts.amount == answer.cost == record.cost
    counts = {line.label: line.count for line in parts.tokens}
    assert counts["Output, reasoning"] == record.reasoning_tokens > 0
    assert counts["Output, reasoning"] + counts["Output"] == record.completion_tokens
    assert counts["Input"] + counts["Input, cached"] == record.prompt_tokens
    page = await page_of(alice_client, answer)
    assert "Reported by the provider" in page
    assert "× $1.50" in page
    assert str(answer.completion_id) in page


async def test_cached_tokens_have_a_price_of_their_own(open_tab: OpenTab, lane: Lane, alice_client: Client) -> None:
    """Records are never changed, so a lookalike takes the place of this one."""
    answer = await answered(open_tab, lane, echo="Yes.")
    record = await UsageRecord.objects.aget()
    record.prompt_tokens, record.cached_tokens, record.completion_tokens, record.reasoning_tokens = 1_000, 400, 3, 1
    record.input_price, record.cached_input_price, record.output_price = 500_000, 50_000, 1_500_001
    answer.completion_id = record.pk = answer.pk
    await record.asave(force_insert=True)
    await answer.asave()
    assert (await parts_of(answer)).amount == 600 * 500_000 + 400 * 50_000 + 3 * 1_500_001
    page = await page_of(alice_client, answer)
    for text in ("× $0.05<", "× $1.500001<", "$0.00002<", "$0.0003<", "$0.000001500001<", "$0.000324500003<"):
        assert text in page


async def test_estimates_say_so(open_tab: OpenTab, lane: Lane, alice_client: Client) -> None:
    page = await page_of(alice_client, await answered(open_tab, lane, echo="About so.", no_usage=True))
    assert "Estimated here" in page
    assert "The provider reported no usage" in page
    assert '<td class="number">~' in page


async def test_an_answer_of_before_shows_what_was_kept(open_tab: OpenTab, lane: Lane, alice_client: Client) -> None:
    answer = await answered(open_tab, lane, ttft=0.1, echo="Long ago.", tokens_per_second=100)
    answer.timeline = None
    await answer.asave()
    assert [step.key for step in (await parts_of(answer)).steps] == ["waiting", "answering"]
    assert "Not kept for this answer" in await page_of(alice_client, answer)
