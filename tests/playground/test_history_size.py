"""With ten thousand comparisons a page is as quick as with ten, and no search holds a request for long."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Project, User
from inference_catalog.models import Model
from playground import history
from playground.models import Comparison, Lane, Message

COMPARISONS = 10_000
MaxQueries = Callable[[int], AbstractContextManager[Any]]


@pytest.fixture
def many(alice: User, project: Project, models: list[Model]) -> Message:
    """The oldest of them says something that no other does."""
    now = timezone.now()
    comparisons = [
        Comparison(project=project, created_by=alice, title=f"No {number}", updated_at=now - timedelta(minutes=number))
        for number in range(COMPARISONS)
    ]
    lanes = [Lane(comparison=comparison, letter="A", model=models[0]) for comparison in comparisons]
    said = ("What is a drum?", "A drum is what is beaten. " * 10)
    messages = [Message(lane=lane, role="user", text=text) for lane in lanes for text in said]
    messages[-1].text = "Xylophone!"
    for rows in (comparisons, lanes, messages):
        type(rows[0])._default_manager.bulk_create(rows)  # type: ignore[arg-type]
    return messages[-1]


def search(client: Client, query: str) -> tuple[list[history.Found], int]:
    """What all requests of a search find, and how many there were."""
    found, after, requests = [], "", 0
    while requests == 0 or after:
        page = client.get("/playground/history", {"q": query, "after": after}).context["page"]
        found += page.found
        after, requests = page.next, requests + 1
        assert len(page.found) <= history.PAGE
        if len(found) >= history.PAGE:
            break
    return found, requests


def test_a_page_a_common_word_and_the_oldest_message(
    alice_client: Client,
    many: Message,
    django_assert_max_num_queries: MaxQueries,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with django_assert_max_num_queries(15):
        assert len(alice_client.get("/playground/history").context["page"].found) == history.PAGE
    with django_assert_max_num_queries(18):
        found, requests = search(alice_client, "beaten")
    assert (len(found), requests) == (history.PAGE, 1)
    found, _ = search(alice_client, "xylophone")
    assert [one.place.message.pk for one in found if one.place] == [many.pk]
    monkeypatch.setattr(history, "PATIENCE", 0)
    with django_assert_max_num_queries(18):
        assert alice_client.get("/playground/history", {"q": "xylophone"}).context["page"].is_paused
