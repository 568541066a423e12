"""Duplicates are copies that never run; deleting stops and settles what does."""

from __future__ import annotations

import asyncio
import re
from types import ModuleType
from typing import Any

import pytest
from channels.db import database_sync_to_async
from django.test import Client

from accounts.models import User
from playground.doors import comparison_of
from playground.models import Answer, Comparison, Lane, Message
from playground.views import comparisons, history, lanes, settings, sharing
from tests.conftest import Serve
from tests.model_ids import LLAMA, PHI
from tests.playground.conftest import OpenTab, drill
from tests.playground.wire import Visitor
from tests.simulator.serving import Simulator


def contents(comparison: Comparison) -> Any:
    return [
        (
            lane.letter,
            lane.model_id,
            lane.settings,
            lane.system_prompt,
            lane.is_traced,
            [(message.role, message.text, message.created_at, made(message)) for message in lane.transcript()],
        )
        for lane in comparison.lanes.open()
    ]


def made(message: Message) -> Any:
    answer = message.made_by
    return answer and (answer.model, answer.state, answer.cost, answer.reasoning, answer.prompt_tokens, answer.error)


def of(address: str) -> Comparison:
    return Comparison.objects.get(pk=address.rpartition("/")[2])


def test_a_duplicate_has_lanes_settings_and_messages(alice_client: Client, comparison: Comparison, lane: Lane) -> None:
    Comparison.objects.update(title="Moon", is_pinned=True, sharing="copy", draft="typed")
    Lane.objects.filter(pk=lane.pk).update(settings={"temperature": 0.5}, system_prompt="Be short.", is_traced=False)
    for number in range(5):
        Message.objects.create(lane=lane, role="user", text=f"Question {number}")
        message = Message.objects.create(lane=lane, role="assistant", text=f"Answer {number}")
        Answer.objects.create(message=message, lane=lane, model="m", state="done", cost=number, reasoning="Hm")
    copy = of(alice_client.post(f"/playground/{comparison.pk}/duplicate").headers["location"])
    assert contents(copy) == contents(comparison)
    assert (copy.title, copy.is_pinned, copy.sharing, copy.draft) == ("Copy of Moon", False, "", "")
    alice_client.post(f"/playground/messages/{Message.objects.filter(lane__comparison=copy)[0].pk}/delete")
    assert Message.objects.filter(lane__comparison=comparison).count() == 10


def test_a_reader_s_copy_is_the_reader_s(bob_client: Client, bob: User, comparison: Comparison) -> None:
    Comparison.objects.update(sharing="copy")
    response = bob_client.post(f"/playground/{comparison.pk}/duplicate", headers={"hx-request": "true"})
    copy = of(response.headers["HX-Redirect"])
    assert copy.created_by == bob
    assert bob_client.post(f"/playground/{copy.pk}/title", {"title": "Mine"}).status_code == 200


async def test_a_duplicate_of_what_runs_does_not_run(
    open_tab: OpenTab, comparison: Comparison, lane: Lane, alice_client: Client
) -> None:
    await drill(lane, tokens_per_second=50, length=500)
    tab = await open_tab()
    await tab.send("Go on", lanes=["A"])
    await tab.until(lambda frame: "d" in frame)
    response = await database_sync_to_async(alice_client.post)(f"/playground/{comparison.pk}/duplicate")
    copy = await database_sync_to_async(of)(response.headers["location"])
    states = Answer.objects.filter(lane__comparison=copy).values_list("state", "process")
    assert [row async for row in states] == [("stopped", None)]
    assert await Answer.objects.running().filter(lane__comparison=comparison).aexists()


async def test_deleting_stops_and_settles_what_runs(serve: Serve, simulator: Simulator) -> None:
    served = await asyncio.to_thread(serve)
    simulator.drill(stall_after=5)
    async with Visitor() as visitor:
        await visitor.sign_in(served)
        comparison = await visitor.compare(served, PHI, LLAMA)
        tab = await visitor.tab(served, comparison)
        await tab.send("Go on")
        await tab.until(lambda _: len([text for text in tab.text.values() if text]) == 2)
        async with visitor.http.get(served.url + comparison) as page:
            token = re.search('"x-csrftoken": "([^"]+)"', await page.text())
        headers = {"x-csrftoken": token[1] if token else "", "referer": served.url}
        async with visitor.http.post(f"{served.url}{comparison}/delete", headers=headers) as deleted:
            assert deleted.status == 204
    requests = (await asyncio.to_thread(simulator.settled))["requests"]
    assert [request["outcome"] for request in requests] == ["disconnected"] * 2
    assert served.store.query("SELECT state FROM billing_reservation") == [("settled",), ("settled",)]
    assert served.store.query("SELECT count(*) FROM billing_usagerecord WHERE outcome = 'stopped'") == [(2,)]
    for table in ("comparison", "lane", "message", "answer"):
        assert served.store.query(f"SELECT count(*) FROM playground_{table}") == [(0,)]


def test_deleting_on_its_page_leads_to_the_history(alice_client: Client, comparison: Comparison) -> None:
    response = alice_client.post(f"/playground/{comparison.pk}/delete", {"in": "page"})
    assert response.headers["HX-Redirect"] == "/playground/history"
    assert "was deleted." in alice_client.get("/playground/history").content.decode()
    assert alice_client.get(comparison.get_absolute_url()).status_code == 404


@pytest.mark.parametrize(
    ("view", "address", "fields"),
    [
        (comparisons, "title", {"title": "Later"}),
        (comparisons, "draft", {"draft": "Later"}),
        (history, "rename", {"title": "Later"}),
        (history, "pin", {"pinned": "yes"}),
        (sharing, "share", {"sharing": "read"}),
        (lanes, "lanes", {"model": PHI}),
        (settings, "settings", {"temperature": "1"}),
    ],
)
def test_what_another_tab_deletes_meanwhile_is_not_found(
    alice_client: Client,
    comparison: Comparison,
    monkeypatch: pytest.MonkeyPatch,
    view: ModuleType,
    address: str,
    fields: dict[str, str],
) -> None:
    def found_too_late(*asked: Any) -> Comparison:
        found = comparison_of(*asked)
        Comparison.objects.filter(pk=found.pk).delete()
        return found

    monkeypatch.setattr(view, "comparison_of", found_too_late)
    assert alice_client.post(f"/playground/{comparison.pk}/{address}", fields).status_code == 404
