"""Who may do what with a comparison: its owner all, whoever it is shared with read, all others nothing."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from channels.db import database_sync_to_async
from django.test import Client

from accounts.models import Membership, User
from playground.models import Answer, Comparison, Lane, Message
from tests.playground.conftest import OpenTab, drill


@pytest.fixture
def answer(lane: Lane) -> Answer:
    Message.objects.create(lane=lane, role="user", text="A question")
    message = Message.objects.create(lane=lane, role="assistant", text="An answer")
    return Answer.objects.create(
        message=message, lane=lane, model=str(lane.model_id), state="done", completion_tokens=3
    )


def reading(comparison: Comparison, answer: Answer) -> list[str]:
    at = f"/playground/{comparison.pk}"
    return [
        at,
        f"{at}/board",
        f"/playground/messages/{answer.pk}/text",
        f"/playground/answers/{answer.pk}",
        f"/playground/answers/{answer.pk}/sent",
    ]


def copying(comparison: Comparison) -> list[tuple[str, str]]:
    at = f"/playground/{comparison.pk}"
    return [("post", f"{at}/duplicate"), ("get", f"{at}/export.json"), ("get", f"{at}/export.md")]


def changing(comparison: Comparison, answer: Answer) -> list[tuple[str, str]]:
    at, lane = f"/playground/{comparison.pk}", f"/playground/lanes/{answer.lane_id}"
    message = f"/playground/messages/{answer.pk}"
    gets = [f"{at}/title", f"{at}/row", f"{at}/rename", f"{at}/share", f"{at}/lanes", f"{lane}/picker"]
    gets += [f"{lane}/clear", f"{lane}/settings", message, f"{message}/edit"]
    posts = [f"{at}/title", f"{at}/draft", f"{at}/rename", f"{at}/pin", f"{at}/share", f"{at}/lanes", f"{lane}/model"]
    posts += [f"{lane}/duplicate", f"{lane}/close", f"{lane}/clear", f"{lane}/settings", f"{message}/edit"]
    posts += [f"{message}/delete", f"{at}/delete"]
    return [("get", address) for address in gets] + [("post", address) for address in posts]


def rows() -> Any:
    return [list(model.objects.order_by("pk").values()) for model in (Comparison, Lane, Message, Answer)]


def statuses(client: Client, requests: list[tuple[str, str]]) -> set[int]:
    return {getattr(client, method)(address).status_code for method, address in requests}


@pytest.mark.parametrize("sharing", ["", "read", "copy"])
def test_a_visitor_is_sent_to_sign_in_and_a_stranger_finds_nothing(
    charlie_client: Client, comparison: Comparison, answer: Answer, sharing: str
) -> None:
    Comparison.objects.update(sharing=sharing)
    requests = [("get", address) for address in reading(comparison, answer)]
    requests += copying(comparison) + changing(comparison, answer)
    before = rows()
    assert statuses(charlie_client, requests) == {404}
    assert statuses(Client(), requests) == {302}
    assert rows() == before


def test_a_member_finds_nothing_of_what_is_not_shared(
    bob_client: Client, comparison: Comparison, answer: Answer
) -> None:
    requests = [("get", address) for address in reading(comparison, answer)]
    assert statuses(bob_client, requests + copying(comparison) + changing(comparison, answer)) == {404}


@pytest.mark.parametrize(("sharing", "copies"), [("read", {404}), ("copy", {200, 302})])
def test_a_reader_reads_and_changes_nothing(
    bob_client: Client, comparison: Comparison, answer: Answer, sharing: str, copies: set[int]
) -> None:
    Comparison.objects.update(sharing=sharing)
    before = rows()
    assert statuses(bob_client, [("get", address) for address in reading(comparison, answer)]) == {200}
    assert statuses(bob_client, changing(comparison, answer)) == {404}
    assert rows() == before
    assert statuses(bob_client, copying(comparison)) == copies


def test_a_reader_s_page_has_nothing_to_write_with_and_names_the_owner(
    bob_client: Client, comparison: Comparison
) -> None:
    Comparison.objects.update(sharing="read", draft="a secret thought")
    page = bob_client.get(comparison.get_absolute_url()).content.decode()
    assert "data-composer" not in page
    assert "secret thought" not in page
    assert "You can read alice’s comparison" in page
    assert "Make a copy" not in page
    Comparison.objects.update(sharing="copy")
    assert "Make a copy" in bob_client.get(comparison.get_absolute_url()).content.decode()


def test_the_owner_shares_and_ends_it_and_the_address_stays(
    alice_client: Client, bob_client: Client, comparison: Comparison
) -> None:
    share, address = f"/playground/{comparison.pk}/share", comparison.get_absolute_url()
    assert f"http://testserver{address}" in alice_client.get(share).content.decode()
    for sharing, status in (("read", 200), ("copy", 200), ("", 404)):
        shared = alice_client.post(share, {"sharing": sharing})
        assert ("Shared" in shared.content.decode()) == bool(sharing)
        assert bob_client.get(address).status_code == status
        alice_client.post(f"/playground/{comparison.pk}/title", {"title": f"Now {sharing}"})
    assert alice_client.post(share, {"sharing": "everybody"}).status_code == 409


def test_who_left_the_organization_has_nothing_there_any_more(
    alice_client: Client, alice: User, comparison: Comparison
) -> None:
    Membership.objects.filter(user=alice).delete()
    assert alice_client.get(comparison.get_absolute_url()).status_code in (302, 404)


def test_what_an_owner_who_is_gone_shared_can_still_be_read(
    bob_client: Client, alice: User, comparison: Comparison
) -> None:
    Comparison.objects.update(sharing="read", created_by=None)
    page = bob_client.get(comparison.get_absolute_url()).content.decode()
    assert "Somebody who left" in page
    assert "data-composer" not in page


async def shared(comparison: Comparison, sharing: str = "read") -> None:
    await Comparison.objects.filter(pk=comparison.pk).aupdate(sharing=sharing)


async def test_a_reader_s_socket_streams_and_takes_no_command(
    open_tab: OpenTab, comparison: Comparison, lane: Lane, bob_client: Client
) -> None:
    await shared(comparison)
    await drill(lane, tokens_per_second=100, length=200)
    reader, owner = await open_tab(bob_client), await open_tab()
    await owner.send("Tell me", lanes=["A"])
    await reader.until(lambda frame: "d" in frame)
    [answer] = owner.running.values()
    for command in (
        {"type": "send", "text": "Mine"},
        {"type": "add", "text": "Mine"},
        {"type": "stop", "lane": None},
        {"type": "retry", "message": answer},
        {"type": "choose", "message": answer},
    ):
        assert (await reader.ask(**command))["code"] == "read_only"
    await reader.until_ended()
    await owner.until_ended()
    assert reader.text[answer] == owner.text[answer] != ""
    assert owner.ended[answer] == "done"
    assert not await Message.objects.filter(text="Mine").aexists()


async def test_a_reader_is_shown_out_when_sharing_ends_or_the_comparison_is_deleted(
    open_tab: OpenTab, comparison: Comparison, alice_client: Client, bob_client: Client
) -> None:
    post = database_sync_to_async(alice_client.post)
    await shared(comparison)
    reader = await open_tab(bob_client)
    await post(f"/playground/{comparison.pk}/share", {"sharing": ""})
    with pytest.raises(ConnectionError, match="4404"):
        await reader.until(lambda _: False)
    owner = await open_tab()
    await post(f"/playground/{comparison.pk}/delete", {"id": str(uuid.uuid4())})
    with pytest.raises(ConnectionError, match="4404"):
        await owner.until(lambda _: False)


async def test_a_stranger_s_socket_is_closed(open_tab: OpenTab, comparison: Comparison, charlie_client: Client) -> None:
    await shared(comparison, "copy")
    with pytest.raises(ConnectionError, match="4404"):
        await open_tab(charlie_client)
