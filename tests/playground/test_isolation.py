"""Lanes share nothing: many providers, distinct texts, random timing, never a word of another lane."""

from __future__ import annotations

import random
from uuid import UUID

import pytest
from django.db import connection

from inference_catalog.models import Offering, Provider
from playground.models import Answer, Comparison, Lane
from tests.playground.conftest import OpenTab, a_model
from tests.simulator.serving import Simulator

#: Lanes are told apart in memory, so the second database sees fewer runs.
RUNS = 100 if connection.vendor == "sqlite" else 20


@pytest.fixture
def lanes(simulated: Simulator, comparison: Comparison) -> list[Lane]:
    """Eight, each with a model and a provider of its own."""
    for letter in "CDEFGH":
        model = a_model(f"isolation/{letter}", f"Model {letter}")
        provider = Provider.objects.create(
            slug=f"provider-{letter.lower()}", name=f"Provider {letter}", base_url=simulated.base_url
        )
        Offering.objects.create(model=model, provider=provider, upstream_id="microsoft/Phi-4-mini-instruct")
        Lane.objects.create(comparison=comparison, letter=letter, model=model)
    return list(comparison.lanes.open())


async def test_no_lane_ever_shows_another_lane_s_text(open_tab: OpenTab, lanes: list[Lane]) -> None:
    chance = random.Random(7)
    tab = await open_tab()
    for run in range(RUNS):
        wanted = {lane.letter: f"{lane.letter}{run} " * chance.randint(5, 40) for lane in lanes}
        for lane in lanes:
            pace = {"tokens_per_second": chance.choice([0, 500, 2000]), "ttft": chance.random() / 50, "jitter": 0.9}
            lane.settings = {"simulate": {"echo": wanted[lane.letter], **pace}}
        await Lane.objects.abulk_update(lanes, ["settings"])
        await tab.send(f"Run {run}")
        await tab.until_ended()
        assert {letter: tab.text[answer] for letter, answer in tab.lanes.items()} == wanted
        saved = Answer.objects.filter(pk__in=list(map(UUID, tab.lanes.values()))).select_related("lane", "message")
        assert {answer.lane.letter: answer.message.text async for answer in saved} == wanted
        await Answer.objects.all().adelete()
        await Lane.objects.filter(comparison_id=lanes[0].comparison_id).aupdate(revision=0)
        for lane in lanes:
            await lane.messages.all().adelete()
        tab.revisions = dict.fromkeys(tab.revisions, 0)
