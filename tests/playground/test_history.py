"""Comparisons are kept, named, pinned and found again, with the place where something was said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Project, User
from inference_catalog.models import Model
from playground import history
from playground.models import Comparison, Lane, Message
from tests.playground.saving import at, save, set_up

__all__ = ["set_up"]


def listed(client: Client, query: str = "", **more: str) -> str:
    return client.get("/playground/history", {"q": query, **more}, headers={"hx-request": "true"}).content.decode()


def test_it_finds_by_title_model_and_what_was_said(alice_client: Client, comparison: Comparison, lane: Lane) -> None:
    Comparison.objects.update(title="Proofs")
    Message.objects.create(lane=lane, role="user", text="Is the moon made of cheese?")
    for query in ("proof", "phi", "CHEESE"):
        assert comparison.get_absolute_url() in listed(alice_client, query)
    assert "No comparison contains “sausage”." in listed(alice_client, "sausage")


def test_lanes_are_named_and_found_as_they_are_called_now(
    alice_client: Client, set_up: Lane, models: list[Model]
) -> None:
    save(alice_client, set_up)
    assert "A support-bot:v0" in listed(alice_client, "support")
    alice_client.post(at(set_up, "model"), {"model": models[1].model_id})
    assert "No comparison contains" in listed(alice_client, "support")
    assert "A Phi 4 Mini" in listed(alice_client)


def test_its_times_say_their_zone(alice_client: Client, comparison: Comparison) -> None:
    Comparison.objects.update(updated_at=datetime(2026, 3, 1, 12, 30, tzinfo=UTC))
    assert ">2026-03-01 12:30</time> UTC" in " ".join(listed(alice_client).split())


def test_it_shows_where_something_was_said_and_leads_there(alice_client: Client, lane: Lane) -> None:
    Message.objects.create(lane=lane, role="user", text="A question")
    message = Message.objects.create(lane=lane, role="assistant", text="x" * 500 + " Made of <Cheese>! " + "y" * 500)
    found = listed(alice_client, "of <cheese>")
    assert "Lane A, assistant:" in found
    assert "Made <mark>of &lt;Cheese&gt;</mark>!" in found
    assert f"#message-{message.pk}" in found
    assert "x" * 100 not in found


@pytest.mark.parametrize("query", ["ÄPFEL", "äpfel", "100%", "a_b", "back\\slash"])
def test_letters_of_all_kinds_are_sought_as_they_are(alice_client: Client, lane: Lane, query: str) -> None:
    Message.objects.create(lane=lane, role="user", text="Äpfel kosten 100% mehr: a_b back\\slash")
    assert "history-place" in listed(alice_client, query)


@pytest.mark.parametrize("query", ["1%0", "axb", "_"])
def test_no_letter_stands_for_others(alice_client: Client, lane: Lane, query: str) -> None:
    Message.objects.create(lane=lane, role="user", text="1000 axxb")
    assert "No comparison contains" in listed(alice_client, query)


def test_what_was_said_in_a_closed_lane_is_gone(alice_client: Client, lane: Lane) -> None:
    Message.objects.create(lane=lane, role="user", text="cheese")
    Lane.objects.filter(pk=lane.pk).update(closed_at=timezone.now())
    assert "No comparison contains" in listed(alice_client, "cheese")


def test_it_is_a_page_too(alice_client: Client, comparison: Comparison) -> None:
    assert "<html" in alice_client.get("/playground/history").content.decode()


def test_it_shows_nothing_of_strangers_nor_of_colleagues(
    charlie_client: Client, bob_client: Client, comparison: Comparison
) -> None:
    for client in (charlie_client, bob_client):
        assert comparison.get_absolute_url() not in listed(client)
        assert comparison.get_absolute_url() not in listed(client, of="others")


def test_colleagues_find_what_is_shared(bob_client: Client, comparison: Comparison, lane: Lane) -> None:
    Message.objects.create(lane=lane, role="user", text="cheese")
    Comparison.objects.update(sharing="read", is_pinned=True)
    assert comparison.get_absolute_url() not in listed(bob_client)
    for query in ("", "cheese"):
        found = listed(bob_client, query, of="others")
        assert comparison.get_absolute_url() in found
        assert "alice" in found
        assert "history-actions" not in found


@pytest.fixture
def many(alice: User, project: Project) -> list[Comparison]:
    """The latest first; the tenth is pinned."""
    now = timezone.now()
    rows = [
        Comparison(
            project=project,
            created_by=alice,
            title=f"Number {number}",
            is_pinned=number == 10,
            updated_at=now - timedelta(minutes=number // 2),
        )
        for number in range(100)
    ]
    return Comparison.objects.bulk_create(rows)


def walk(client: Client, query: str = "") -> list[str]:
    """The titles on all pages."""
    titles, after = [], ""
    while True:
        page = client.get("/playground/history", {"q": query, "after": after}).context["page"]
        titles += [str(found.comparison) for found in page.found]
        if not page.next:
            return titles
        after = page.next


@pytest.mark.parametrize("query", ["", "number"])
def test_each_is_on_one_page_and_the_pinned_come_first(
    alice_client: Client, many: list[Comparison], query: str
) -> None:
    titles = walk(alice_client, query)
    assert titles[0] == "Number 10"
    assert sorted(titles) == sorted(map(str, many))
    latest = [str(row) for row in sorted(many, key=lambda row: (row.is_pinned, row.updated_at, row.pk), reverse=True)]
    assert titles == latest


def test_a_search_that_takes_long_pauses_and_goes_on(
    alice_client: Client, many: list[Comparison], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "PATIENCE", 0)
    first = listed(alice_client, "Number 99")
    assert "Searching older comparisons…" in first
    assert 'hx-trigger="load, click"' in first
    assert walk(alice_client, "Number 99") == ["Number 99"]


def test_a_search_that_has_seen_all_says_so_however_long_it_took(
    alice_client: Client, comparison: Comparison, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "PATIENCE", 0)
    assert "No comparison contains “sausage”." in listed(alice_client, "sausage")


def test_a_made_up_cursor_begins_at_the_top(alice_client: Client, many: list[Comparison]) -> None:
    for cursor in ("x", "2.1." + "0" * 32, "1.99999999999999999." + "0" * 32, "1." + "9" * 30):
        assert "Number 10" in listed(alice_client, after=cursor)


def test_a_comparison_is_renamed(alice_client: Client, comparison: Comparison) -> None:
    page = alice_client.post(f"/playground/{comparison.pk}/title", {"title": "Better <name>"}).content.decode()
    comparison.refresh_from_db()
    assert comparison.title == "Better <name>"
    assert "Better &lt;name&gt;" in page


def test_it_is_renamed_in_the_list(alice_client: Client, comparison: Comparison) -> None:
    address = f"/playground/{comparison.pk}/rename"
    assert 'name="title"' in alice_client.get(address).content.decode()
    assert "at most 120" in alice_client.post(address, {"title": "x" * 121}).content.decode()
    row = alice_client.post(address, {"title": "In place"}).content.decode()
    assert "In place" in row
    assert comparison.get_absolute_url() in row
    assert alice_client.get(f"/playground/{comparison.pk}/row").content.decode() == row


def test_a_comparison_is_pinned_and_unpinned(alice_client: Client, comparison: Comparison) -> None:
    for said, pinned in (("yes", True), ("no", False)):
        response = alice_client.post(f"/playground/{comparison.pk}/pin", {"pinned": said})
        assert response.headers["HX-Trigger"] == "history-changed"
        assert Comparison.objects.get().is_pinned is pinned
    menu = alice_client.post(f"/playground/{comparison.pk}/pin", {"pinned": "yes", "in": "page"}).content.decode()
    assert "Unpin" in menu


def test_a_draft_survives(alice_client: Client, comparison: Comparison) -> None:
    alice_client.post(f"/playground/{comparison.pk}/draft", {"draft": " half a\n thought "})
    assert " half a\n thought </textarea>" in alice_client.get(comparison.get_absolute_url()).content.decode()


def test_opening_another_project_s_comparison_shows_that_project(
    alice_client: Client, alice: User, project: Project, comparison: Comparison
) -> None:
    other = Project.objects.create(team=project.team, slug="other")
    Comparison.objects.update(project=other)
    alice_client.get(comparison.get_absolute_url())
    assert alice_client.session["project"] == str(other.pk)


def test_the_palette_leads_to_the_history_and_to_comparisons_by_title(
    alice_client: Client, bob_client: Client, comparison: Comparison
) -> None:
    Comparison.objects.update(title="Moon cheese")
    assert '"/playground/history"' in alice_client.get("/search").content.decode()
    assert comparison.get_absolute_url() in alice_client.get("/search").content.decode()
    assert comparison.get_absolute_url() not in bob_client.get("/search").content.decode()
    assert comparison.get_absolute_url() in alice_client.get("/search", {"q": "cheese moon"}).content.decode()
    assert comparison.get_absolute_url() not in bob_client.get("/search", {"q": "cheese"}).content.decode()
