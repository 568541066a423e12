"""What a socket does with frames that are not commands, and with people who may not be there."""

from __future__ import annotations

import json
import uuid

import pytest
from channels.db import database_sync_to_async
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.models import Membership, User
from playground import consumers
from playground.models import Comparison, Lane, Message
from tests.playground.conftest import OpenTab, drill
from tests.playground.tab import InProcess, Tab

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    "text",
    [" ", "null", "[]", "{}", "not json", '{"type":"dance"}', '{"type":"send"}', '{"type":"stop","id":7}', "\u0000"],
)
async def test_a_bad_frame_is_refused_and_the_next_one_heard(open_tab: OpenTab, text: str) -> None:
    tab = await open_tab()
    await tab.line.send(text)
    assert (await tab.hear())["code"] == "bad_frame"
    assert (await tab.ask(type="stop", lane=None))["type"] == "ack"


async def test_a_lane_or_role_that_cannot_be_is_refused(open_tab: OpenTab) -> None:
    tab = await open_tab()
    for wrong in ({"lanes": ["Z"]}, {"role": "root"}, {"text": ""}, {"more": 1}):
        await tab.tell(**{"type": "send", "id": "0190d0c0-0000-7000-8000-000000000002", "text": "x", **wrong})
        assert (await tab.hear())["code"] == "bad_frame"
    assert not await Message.objects.aexists()


async def test_the_character_nul_is_named(open_tab: OpenTab) -> None:
    tab = await open_tab()
    for kind in ("send", "add"):
        refused = await tab.ask(type=kind, text="a\0b")
        assert refused["message"] == "A message cannot contain the character NUL."
    refused = await tab.ask(type="result", message=str(uuid.uuid4()), call="call_1", text="a\0b")
    assert refused["message"] == "A result cannot contain the character NUL."


async def test_who_waits_for_a_command_hears_that_it_is_none(open_tab: OpenTab) -> None:
    tab = await open_tab()
    for wrong in ({"text": "half \ud800"}, {"lanes": ["Z"]}, {"role": "root"}):
        assert (await tab.ask(type="send", **{"text": "x", **wrong}))["code"] == "bad_frame"


async def test_binary_is_refused(open_tab: OpenTab) -> None:
    tab = await open_tab()
    assert isinstance(tab.line, InProcess)
    await tab.line.communicator.send_to(bytes_data=b"\x00")
    assert (await tab.hear())["code"] == "bad_frame"


async def test_a_text_that_is_too_long_is_refused(open_tab: OpenTab) -> None:
    tab = await open_tab()
    await tab.tell(type="send", id="0190d0c0-0000-7000-8000-000000000003", text="x" * 1_000_001)
    assert (await tab.hear())["type"] == "error"


async def test_a_stranger_is_turned_away(comparison: Comparison, charlie_client: Client) -> None:
    line = await InProcess.open(charlie_client, comparison)
    with pytest.raises(ConnectionError, match="4404"):
        await line.receive(5)


async def test_somebody_who_is_not_signed_in_is_turned_away(comparison: Comparison, alice_client: Client) -> None:
    await database_sync_to_async(alice_client.session.flush)()
    line = await InProcess.open(alice_client, comparison)
    with pytest.raises(ConnectionError, match="4404"):
        await line.receive(5)


@pytest.mark.parametrize("origin", ["https://evil.example", "http://testserver:9999", "http://localhost", "null", ""])
async def test_another_site_s_page_cannot_connect(comparison: Comparison, alice_client: Client, origin: str) -> None:
    with pytest.raises(AssertionError):
        await InProcess.open(alice_client, comparison, origin=origin.encode())


@pytest.mark.parametrize("origin", ["https://testserver", "https://lineup.example", "https://team.example.org"])
async def test_our_own_pages_can(comparison: Comparison, alice_client: Client, origin: str, settings: Settings) -> None:
    """Behind a proxy our host may have another name, and TLS."""
    settings.CSRF_TRUSTED_ORIGINS = ["https://lineup.example", "https://*.example.org"]
    await (await InProcess.open(alice_client, comparison, origin=origin.encode())).close()


async def test_a_member_who_left_can_do_nothing_more(
    open_tab: OpenTab, comparison: Comparison, bob: User, bob_client: Client
) -> None:
    await Comparison.objects.filter(pk=comparison.pk).aupdate(created_by=bob)
    tab = await open_tab(bob_client)
    await Membership.objects.filter(user=bob).adelete()
    await tab.line.send(json.dumps({"type": "add", "id": "0190d0c0-0000-7000-8000-000000000004", "text": "x"}))
    with pytest.raises(ConnectionError, match="4404"):
        await tab.hear()
    assert not await Message.objects.aexists()


async def test_a_member_may_send(open_tab: OpenTab, comparison: Comparison, bob: User, bob_client: Client) -> None:
    """In a comparison of his own, in a project that somebody else made."""
    await Comparison.objects.filter(pk=comparison.pk).aupdate(created_by=bob)
    tab: Tab = await open_tab(bob_client)
    await tab.send("From Bob")
    await tab.until_ended()
    assert set(tab.ended.values()) == {"done"}


async def watching(tab: Tab, lane: Lane) -> None:
    await drill(lane, tokens_per_second=50, length=2000)
    await tab.send("Go on", lanes=["A"])


async def test_a_member_who_left_reads_no_further(
    open_tab: OpenTab, lane: Lane, bob: User, bob_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumers, "BELIEF", 0.1)
    await Comparison.objects.filter(pk=lane.comparison_id).aupdate(sharing="read")
    tab = await open_tab(bob_client)
    await watching(await open_tab(), lane)
    await Membership.objects.filter(user=bob).adelete()
    with pytest.raises(ConnectionError, match="4404"):
        await tab.until(lambda _: False)


async def test_who_signed_out_reads_no_further(
    open_tab: OpenTab, lane: Lane, alice_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumers, "BELIEF", 0.1)
    tab = await open_tab()
    await watching(tab, lane)
    await database_sync_to_async(alice_client.session.flush)()
    with pytest.raises(ConnectionError, match="4404"):
        await tab.until(lambda _: False)


async def test_a_flood_of_commands_is_refused(open_tab: OpenTab) -> None:
    tab = await open_tab()
    for _ in range(3 * consumers.MOST_WAITING):
        await tab.tell(type="stop", id=str(uuid.uuid4()))
    assert (await tab.until(lambda frame: frame.get("type") == "error"))["code"] == "too_fast"
    await tab.until(lambda frame: frame.get("type") == "ack")


async def test_resumes_that_come_meanwhile_are_answered_as_one(open_tab: OpenTab) -> None:
    tab = await open_tab()
    for _ in range(100):
        await tab.tell(type="resume")
    await tab.send("After them")
    await tab.until_ended()
    await tab.resume()
    assert sum(frame.get("type") == "resumed" for frame in tab.frames) < 10
