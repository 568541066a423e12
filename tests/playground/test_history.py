"""Comparisons are kept, named and found again."""

from __future__ import annotations

from django.test import Client

from accounts.models import Project, User
from playground.models import Comparison, Lane, Message


def test_it_finds_by_title_model_and_what_was_said(alice_client: Client, comparison: Comparison, lane: Lane) -> None:
    Comparison.objects.update(title="Proofs")
    Message.objects.create(lane=lane, role="user", text="Is the moon made of cheese?")
    for query in ("proof", "phi", "CHEESE"):
        assert comparison.get_absolute_url() in _history(alice_client, query)
    assert "No comparison contains “sausage”." in _history(alice_client, "sausage")


def _history(client: Client, query: str) -> str:
    return client.get("/playground/history", {"q": query}, headers={"hx-request": "true"}).content.decode()


def test_it_is_a_page_too(alice_client: Client, comparison: Comparison) -> None:
    assert "<html" in alice_client.get("/playground/history").content.decode()


def test_it_shows_nothing_of_strangers(charlie_client: Client, comparison: Comparison) -> None:
    assert comparison.get_absolute_url() not in _history(charlie_client, "")


def test_a_comparison_is_renamed(alice_client: Client, comparison: Comparison) -> None:
    page = alice_client.post(f"/playground/{comparison.pk}/title", {"title": "Better <name>"}).content.decode()
    comparison.refresh_from_db()
    assert comparison.title == "Better <name>"
    assert "Better &lt;name&gt;" in page


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
