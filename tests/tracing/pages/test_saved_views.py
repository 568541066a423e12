"""Saved views of the table of traces, which are everybody's in the project."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from accounts.models import Project
from tests.tracing.pages.conftest import WEAVE, Log
from tracing.models import SavedView

TABLE, VIEWS = f"{WEAVE}/traces", f"{WEAVE}/views"
QUERY = "status=error&field=inputs.n&is=%3E&value=7&sort=cost&column=inputs.n"


def save(client: Client, name: str = "Dear failures", query: str = QUERY) -> SavedView:
    client.post(f"{VIEWS}/new", {"name": name, "query": query})
    return SavedView.objects.get(name=name)


def led_to(answer: Any) -> dict[str, list[str]]:
    url = urlsplit(answer.headers["Location"])
    assert url.path == TABLE
    return parse_qs(url.query, keep_blank_values=True)


def test_a_view_keeps_filters_sort_and_columns(alice_client: Client, bob_client: Client, project: Project) -> None:
    view = save(alice_client)
    assert parse_qs(view.query) == parse_qs(QUERY)
    page = bob_client.get(TABLE).content.decode()
    assert "Dear failures" in page
    assert view.query.replace("&", "&amp;") in page


def test_what_cannot_be_understood_is_not_kept(alice_client: Client, project: Project) -> None:
    assert save(alice_client, query="status=nonsense&evil=1&start=50").query == ""


def test_a_name_is_taken_once(alice_client: Client, project: Project) -> None:
    view = save(alice_client)
    alice_client.post(f"{VIEWS}/new", {"name": "Dear failures", "query": ""})
    assert SavedView.objects.get().query == view.query
    assert "already" in alice_client.get(TABLE).content.decode()


def test_it_is_changed_and_renamed(alice_client: Client, project: Project) -> None:
    view = save(alice_client)
    alice_client.post(f"{VIEWS}/{view.pk}/save", {"query": "status=running"})
    answer = alice_client.post(f"{VIEWS}/{view.pk}/rename", {"name": "What runs"})
    assert led_to(answer) == {"status": ["running"], "view": [str(view.pk)]}
    view.refresh_from_db()
    assert (view.name, view.query) == ("What runs", "status=running")


def test_no_two_have_one_name(alice_client: Client, project: Project) -> None:
    save(alice_client, "First")
    second = save(alice_client, "Second")
    for name in ("First", "", "x" * 101):
        alice_client.post(f"{VIEWS}/{second.pk}/rename", {"name": name})
    second.refresh_from_db()
    assert second.name == "Second"


def test_the_table_opens_with_the_default(alice_client: Client, project: Project) -> None:
    first, second = save(alice_client, "First"), save(alice_client, "Second", "status=running")
    for view in (first, second):
        alice_client.post(f"{VIEWS}/{view.pk}/default")
    assert led_to(alice_client.get(TABLE)) == {"status": ["running"], "view": [str(second.pk)]}
    assert alice_client.get(f"{TABLE}?view=").status_code == 200
    alice_client.post(f"{VIEWS}/{second.pk}/default")
    assert alice_client.get(TABLE).status_code == 200


@pytest.mark.parametrize(
    ("asked", "link"),
    [
        ("sort=cost", r'id="sort-called" href="\?([^"]*)"'),
        ("column=inputs.question", r'href="\?([^"]*)">As they come<'),
        ("start=50", r'rel="prev" href="\?([^"]*)"'),
    ],
)
def test_links_to_all_traces_do_not_lead_into_the_default(
    alice_client: Client, log: Log, asked: str, link: str
) -> None:
    log("one")
    alice_client.post(f"{VIEWS}/{save(alice_client).pk}/default")
    found = re.search(link, alice_client.get(f"{TABLE}?{asked}").content.decode())
    assert found
    assert alice_client.get(f"{TABLE}?{unescape(found[1])}").status_code == 200


def test_a_name_that_is_taken_leads_back_to_what_was_shown(alice_client: Client, project: Project) -> None:
    view = save(alice_client)
    alice_client.post(f"{VIEWS}/{view.pk}/default")
    answer = alice_client.post(f"{VIEWS}/new", {"name": view.name, "query": "view="}, follow=True)
    assert answer.redirect_chain == [(f"{TABLE}?view=", 302)]


def test_it_is_deleted(alice_client: Client, project: Project) -> None:
    view = save(alice_client)
    alice_client.post(f"{VIEWS}/{view.pk}/delete")
    assert not SavedView.objects.exists()


def test_a_strangers_views_do_not_exist(alice_client: Client, charlie_client: Client, project: Project) -> None:
    view = save(alice_client)
    for act in ("save", "rename", "default", "delete"):
        assert charlie_client.post(f"/charlie/playground/weave/views/{view.pk}/{act}").status_code == 404
        assert charlie_client.post(f"{VIEWS}/{view.pk}/{act}").status_code == 404
    assert SavedView.objects.get().query == view.query
