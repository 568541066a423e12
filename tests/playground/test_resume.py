"""A tab that was away for a moment is told what changed meanwhile."""

from __future__ import annotations

import pytest
from channels.db import database_sync_to_async
from django.test import Client

from inference_catalog.models import Model
from playground import protocol
from playground.models import Comparison, Lane
from playground.resuming import missing
from tests.playground.conftest import OpenTab

pytestmark = pytest.mark.django_db(transaction=True)


async def test_a_model_that_changed_while_the_tab_was_away_is_shown(
    open_tab: OpenTab, lane: Lane, models: list[Model], alice_client: Client
) -> None:
    tab = await open_tab()
    address, choice = f"/playground/lanes/{lane.pk}/model", {"model": models[1].model_id}
    await database_sync_to_async(alice_client.post)(address, choice)
    await tab.until(lambda frame: frame.get("type") == "lane-head")
    await tab.tell(type="resume", lanes={"A": 0, "B": 0})
    head = await tab.until(lambda frame: frame.get("type") == "lane-head")
    assert models[1].name in head["html"]
    assert head["revision"] == (await Lane.objects.aget(pk=lane.pk)).revision


async def test_a_page_from_before_an_update_hears_what_it_lacks(open_tab: OpenTab) -> None:
    tab = await open_tab()
    await tab.tell(type="resume", lanes={"A": 0, "B": 0}, answers={})
    await tab.until(lambda frame: frame.get("type") == "resumed")


async def test_a_lane_in_the_place_of_a_closed_one_is_not_taken_for_it(
    alice_client: Client, comparison: Comparison, lane: Lane, models: list[Model]
) -> None:
    post = database_sync_to_async(alice_client.post)
    await post(f"/playground/lanes/{lane.pk}/close")
    await post(f"/playground/{comparison.pk}/lanes", {"model": models[1].model_id})
    again = await comparison.lanes.open().aget(letter=lane.letter)
    assert again.revision > lane.revision


async def test_a_name_given_while_the_tab_was_away_is_told(
    open_tab: OpenTab, comparison: Comparison, alice_client: Client
) -> None:
    tab = await open_tab()
    await database_sync_to_async(alice_client.post)(f"/playground/{comparison.pk}/title", {"title": "Rivers"})
    await tab.until(lambda frame: frame.get("type") == "title")
    tab.frames.clear()
    await tab.resume()
    assert {frame["title"] for frame in tab.frames if frame.get("type") == "title"} == {"Rivers"}


@pytest.mark.usefixtures("lane")
def test_a_name_given_just_after_the_comparison_was_read_is_told(comparison: Comparison, alice_client: Client) -> None:
    alice_client.post(f"/playground/{comparison.pk}/title", {"title": "Rivers"})
    assert not comparison.title
    assert protocol.Title(title="Rivers") in missing(comparison, protocol.Resume(type="resume")).frames


async def test_a_tab_that_was_away_is_told_whose_letter_it_is_now(
    open_tab: OpenTab, alice_client: Client, comparison: Comparison, lane: Lane, models: list[Model]
) -> None:
    tab, post = await open_tab(), database_sync_to_async(alice_client.post)
    await post(f"/playground/lanes/{lane.pk}/close")
    assert (await tab.until(lambda frame: frame.get("type") == "lane-closed"))["id"] == str(lane.pk)
    await post(f"/playground/{comparison.pk}/lanes", {"model": models[1].model_id})
    again = await comparison.lanes.open().aget(letter=lane.letter)
    await tab.tell(type="resume", lanes={"A": lane.revision, "B": 0})
    assert (await tab.until(lambda frame: frame.get("type") == "lane"))["id"] == str(again.pk)
