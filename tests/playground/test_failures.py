"""What goes wrong in one lane stays in that lane, and says whose doing it was."""

from __future__ import annotations

import pytest
from asgiref.sync import sync_to_async

from inference_catalog.models import Offering
from playground.models import Answer, Lane
from playground.rendering import foot_html
from tests.billing.wishes import take_all_credits
from tests.playground.conftest import OpenTab, drill

pytestmark = pytest.mark.django_db(transaction=True)


async def failed(open_tab: OpenTab, lane: Lane) -> Answer:
    tab = await open_tab()
    await tab.send("Well?")
    await tab.until_ended()
    assert (await Answer.objects.aget(lane__letter="B")).state == "done"
    answer = await Answer.objects.select_related("message").aget(lane=lane)
    assert answer.state == "failed"
    assert answer.message.text == tab.text[str(answer.pk)]
    return answer


async def test_a_provider_that_fails_is_named(open_tab: OpenTab, lane: Lane) -> None:
    await drill(lane, status=500)
    answer = await failed(open_tab, lane)
    assert answer.error is not None
    assert answer.error["who"] == "provider"
    assert "Simulator" in answer.error["message"]
    assert '<span class="tag">Provider</span>' in foot_html(answer)


async def test_a_request_that_is_refused_says_why(open_tab: OpenTab, lane: Lane) -> None:
    await drill(lane, status=400, message="No thank you.")
    answer = await failed(open_tab, lane)
    assert answer.error is not None
    assert answer.error["who"] == "provider"
    assert answer.error["message"] == "The provider refused the request: No thank you."


async def test_what_came_before_it_broke_off_is_kept(open_tab: OpenTab, lane: Lane) -> None:
    await drill(lane, cut_after=5, length=100)
    answer = await failed(open_tab, lane)
    assert answer.message.text != ""
    assert answer.certainty == "estimated"


async def test_a_model_that_nobody_serves_is_said_to_be_so(open_tab: OpenTab, lane: Lane) -> None:
    await Offering.objects.filter(model_id=lane.model_id).adelete()
    answer = await failed(open_tab, lane)
    assert answer.error is not None
    assert answer.completion_id is None


async def test_an_empty_account_is_a_limit(open_tab: OpenTab, lane: Lane) -> None:
    tab = await open_tab()
    await tab.send("Make the account", lanes=["B"])
    await tab.until_ended()
    await sync_to_async(take_all_credits)()
    await tab.send("Well?", lanes=["A"])
    await tab.until_ended()
    answer = await Answer.objects.aget(lane=lane)
    assert answer.error is not None
    assert answer.error["who"] == "limit"
    assert "quota" in answer.error["message"]
