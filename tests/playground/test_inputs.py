"""What each lane was given: the exact request, its fingerprint, and where the lanes of a turn begin to differ."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from playground.inputs import Input
from playground.models import Answer, Comparison, Lane, Message
from playground.rendering import foot_html
from tests.playground.conftest import OpenTab
from tests.playground.tab import Tab

pytestmark = pytest.mark.django_db(transaction=True)


async def say(tab: Tab, text: str = "Well?", **rest: Any) -> None:
    assert (await tab.send(text, **rest))["type"] == "ack"
    await tab.until_ended()


async def answer_in(letter: str) -> Answer:
    return await Answer.objects.select_related("message").filter(lane__letter=letter).order_by("pk").alast()  # type: ignore[return-value]


async def page_of(client: Client, answer: Answer, view: str = "sent") -> str:
    response = await sync_to_async(client.get)(f"/playground/answers/{answer.pk}/{view}")
    return html.unescape(response.content.decode())


def compared(page: str) -> dict[str, str]:
    """What the page says of each lane."""
    rows = re.findall(r'<tr data-given="(\w)">.*?</th><td>.*?</td><td>(.*?)</td>', page, re.DOTALL)
    return dict(rows)


async def test_lanes_that_were_asked_the_same_have_one_fingerprint(open_tab: OpenTab, alice_client: Client) -> None:
    await say(await open_tab())
    one, other = await answer_in("A"), await answer_in("B")
    assert one.model != other.model
    assert one.fingerprint == other.fingerprint != ""
    assert one.message.turn == other.message.turn is not None
    page = await page_of(alice_client, one)
    assert compared(page) == {"A": "This one", "B": "The same input"}
    assert one.fingerprint in page


async def test_a_parameter_that_differs_is_named(open_tab: OpenTab, lane: Lane, alice_client: Client) -> None:
    await Lane.objects.filter(pk=lane.pk).aupdate(settings={"temperature": 0.5, "seed": 1})
    await Lane.objects.exclude(pk=lane.pk).aupdate(settings={"temperature": 0.7, "seed": 1})
    await say(await open_tab())
    page = await page_of(alice_client, await answer_in("A"))
    assert compared(page)["B"] == "Differs first in: temperature"


async def test_a_system_prompt_that_differs_is_named(open_tab: OpenTab, lane: Lane, alice_client: Client) -> None:
    await Lane.objects.filter(pk=lane.pk).aupdate(system_prompt="Be brief.")
    await say(await open_tab())
    page = await page_of(alice_client, await answer_in("B"))
    assert compared(page) == {"A": "Differs first in: system prompt", "B": "This one"}


async def test_after_an_answer_of_their_own_lanes_differ_in_it(open_tab: OpenTab, alice_client: Client) -> None:
    tab = await open_tab()
    await say(tab, "First?")
    await say(tab, "Second?")
    page = await page_of(alice_client, await answer_in("A"))
    assert compared(page)["B"] == "Differs first in: message 2 (assistant)"


async def test_a_retry_belongs_to_the_turn_that_it_repeats(open_tab: OpenTab, lane: Lane, alice_client: Client) -> None:
    tab = await open_tab()
    await say(tab, "First?")
    question = await Message.objects.aget(lane=lane, role="user")
    await sync_to_async(alice_client.post)(f"/playground/messages/{question.pk}/edit", {"text": "Fist?"})
    await tab.ask(type="retry", message=str(question.pk))
    await tab.until_ended()
    page = await page_of(alice_client, await answer_in("B"))
    assert compared(page) == {"A": "Differs first in: message 1 (user)", "B": "This one"}


async def test_a_lane_that_was_closed_is_not_compared(open_tab: OpenTab, lane: Lane, alice_client: Client) -> None:
    await say(await open_tab())
    await sync_to_async(alice_client.post)(f"/playground/lanes/{lane.pk}/close")
    assert compared(await page_of(alice_client, await answer_in("B"))) == {}


async def test_the_body_is_what_the_provider_was_sent(open_tab: OpenTab, lane: Lane, alice_client: Client) -> None:
    await Lane.objects.filter(pk=lane.pk).aupdate(settings={"stop": ["</script>"]})
    await say(await open_tab(), "<b>&amp;\u202e")
    answer = await answer_in("A")
    assert answer.request is not None
    response = await sync_to_async(alice_client.get)(f"/playground/answers/{answer.pk}/sent")
    raw = response.content.decode()
    assert "&lt;b&gt;&amp;amp;\\u202e" in raw
    assert "</script>" not in raw
    assert answer.request["url"] in raw
    assert "•••" in raw


async def test_what_would_be_sent_now_is_what_is_sent_then(open_tab: OpenTab, lane: Lane, alice_client: Client) -> None:
    await Lane.objects.filter(pk=lane.pk).aupdate(system_prompt="Be brief.", settings={"seed": 5})
    tab = await open_tab()
    await say(tab, "First?")
    await Comparison.objects.aupdate(draft="Second?")
    response = await sync_to_async(alice_client.get)(f"/playground/lanes/{lane.pk}/request")
    await say(tab, "Second?")
    answer = await answer_in("A")
    shown = html.unescape(response.content.decode())
    assert f"<code data-fingerprint>{answer.fingerprint}</code>" in shown
    [body] = re.findall(r'id="request-body">(.*?)</code>', shown, re.DOTALL)
    assert answer.request is not None
    # Without a limit of the lane's, what is held for is the limit.
    assert {**json.loads(body), "max_tokens": answer.request["body"]["max_tokens"]} == answer.request["body"]


async def test_the_foot_of_an_answer_carries_its_input(open_tab: OpenTab) -> None:
    await say(await open_tab())
    answer = await answer_in("A")
    foot = await sync_to_async(foot_html)(answer)
    assert f'data-input="{answer.fingerprint}"' in foot
    assert f'data-turn="{answer.message.turn}"' in foot
    assert f"/playground/answers/{answer.pk}/sent" in foot


async def test_what_lineup_adds_is_no_part_of_the_input(
    open_tab: OpenTab, alice_client: Client, comparison: Comparison
) -> None:
    await say(await open_tab())
    answer = await answer_in("A")
    assert answer.request is not None
    answer.request["body"]["max_tokens"] = 77
    await answer.asave()
    page = await page_of(alice_client, answer)
    assert "Added by Lineup" in page
    assert '"max_tokens": 77' in page
    assert "max_tokens" not in await page_of(alice_client, answer, "code")


MESSAGES = st.lists(
    st.fixed_dictionaries(
        {"role": st.sampled_from(("system", "user", "assistant")), "content": st.sampled_from("xyz")}
    ),
    max_size=4,
)
BODIES = st.builds(
    lambda messages, parameters: {"model": "m", "messages": messages, "stream": True, **parameters},
    MESSAGES,
    st.dictionaries(st.sampled_from(("seed", "top_p", "a b|c:")), st.sampled_from((0, 1, 1.0, "1")), max_size=3),
)


@given(BODIES, BODIES)
def test_inputs_differ_exactly_where_their_fingerprints_do(one: dict[str, Any], other: dict[str, Any]) -> None:
    ours, theirs = Input.of(one), Input.of({**other, "model": "another"})
    assert Input.parse(ours.parts, ours.fingerprint) == ours
    same = {**one, "model": "another"} == {**other, "model": "another"}
    assert (ours.fingerprint == theirs.fingerprint) is same
    assert (ours.difference(theirs) == "") is same
    assert ours.difference(theirs).partition(" (")[0] == theirs.difference(ours).partition(" (")[0]
