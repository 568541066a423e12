"""The ledger shows every movement of money, and what the books held at any time."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.test import Client

from accounts.models import Organization
from billing import entries
from billing.accounts import account_of
from billing.grants import grant
from billing.models import LedgerEntry, Reconciliation
from common import clock
from common.money import PICO, pico
from tests.billing.pages import seen
from tests.billing.pages.conftest import Spend

pytestmark = pytest.mark.django_db
PAGE = "/billing/ledger"


def rows(page: str) -> int:
    return page.count("data-entry=")


def sheet(client: Client, query: str = "") -> list[dict[str, str]]:
    answer: Any = client.get(f"{PAGE}.csv?{query}")
    assert answer.status_code == 200

    async def text() -> str:
        return b"".join([part async for part in answer.streaming_content]).decode()

    return list(csv.DictReader(async_to_sync(text)().splitlines()))


def test_it_shows_both_books_of_an_entry(alice_client: Client, spend: Spend) -> None:
    row = spend(2)
    page = seen.text(seen.shown(alice_client, PAGE))
    assert f"Usage Promotional credits Usage $2.00 {row.pk}" in page
    assert "Grant Issued Promotional credits $5.00" in page


def test_it_finds_entries_by_kind_and_by_what_they_are_about(alice_client: Client, spend: Spend) -> None:
    first, _ = spend(1), spend(2)
    assert rows(seen.shown(alice_client, PAGE)) == 3
    assert rows(seen.shown(alice_client, f"{PAGE}?kind=usage")) == 2
    assert rows(seen.shown(alice_client, f"{PAGE}?kind=grant")) == 1
    for text in (str(first.pk), f"chatcmpl-{first.pk.hex}"):
        assert rows(seen.shown(alice_client, f"{PAGE}?about={text}")) == 1


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("kind=gold", "There is no kind “gold”."),
        ("about=nothing", "This is not an ID"),
        ("before=nothing", "This page is not there."),
        ("at=soon", "This is not a time"),
        ("at=", "This field is required."),
        ("at=2999-01-01T00:00", "That time is still to come"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_a_sentence(alice_client: Client, query: str, why: str) -> None:
    assert why in seen.shown(alice_client, f"{PAGE}?{query}", status=422)


def test_its_pages_and_its_sheet_have_every_entry_once(
    alice_client: Client, organization: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entries, "PAGE", 3)
    monkeypatch.setattr(entries, "AT_ONCE", 2)
    for number in range(7):
        grant(organization, pico("1"), note=f"=Grant {number}")
    found: list[str] = []
    page = seen.shown(alice_client, PAGE)
    while True:
        found += [part.split('"')[0] for part in page.split('data-entry="')[1:]]
        if 'rel="next"' not in page:
            break
        older = page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
        page = seen.shown(alice_client, older)
    assert found == [str(pk) for pk in LedgerEntry.objects.order_by("-at", "-id").values_list("pk", flat=True)]
    lines = sheet(alice_client)
    assert [line["id"] for line in lines] == found[::-1]
    assert {line["note"] for line in lines} >= {f"'=Grant {number}" for number in range(7)}
    assert len(sheet(alice_client, "kind=usage")) == 0


def test_the_balance_of_any_time_is_there(
    alice_client: Client, organization: Organization, spend: Spend, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = [datetime(2026, 11, day, 12, tzinfo=UTC) for day in (1, 3, 9)]
    monkeypatch.setattr(clock, "now", lambda told=None: moments[0])
    account_of(organization.pk)
    monkeypatch.setattr(clock, "now", lambda told=None: moments[1])
    grant(organization, pico("10"), note="More")
    monkeypatch.setattr(clock, "now", lambda told=None: moments[2])
    spend(4)
    for at, settled in (("2026-10-01", 0), ("2026-11-03T11:59", 5), ("2026-11-03T12:00", 15), ("2026-11-09T12:00", 11)):
        assert seen.data(seen.shown(alice_client, f"{PAGE}?at={at}"), "settled") == settled * PICO
    assert "More Promotional $10.00 Never" in seen.text(seen.shown(alice_client, f"{PAGE}?at=2026-11-04"))


def test_it_says_when_the_books_were_proved_and_what_was_found(
    alice_client: Client, charlie_client: Client, organization: Organization
) -> None:
    assert "They have not been yet." in seen.shown(alice_client, PAGE)
    proof = Reconciliation.objects.create(started_at=clock.now(), finished_at=clock.now())
    assert "all that was looked at adds up" in seen.shown(alice_client, PAGE)
    proof.findings.create(account_id=organization.pk, invariant="I1", sentence="A sum is wrong", rows=2)
    assert "I1: A sum is wrong (2)" in seen.shown(alice_client, PAGE)
    assert "all that was looked at adds up" in seen.shown(charlie_client, PAGE)


def test_others_entries_are_not_there(alice_client: Client, charlie_client: Client, spend: Spend) -> None:
    row = spend(1)
    assert rows(seen.shown(charlie_client, f"{PAGE}?about={row.pk}")) == 0
    assert not [line for line in sheet(charlie_client) if line["about_id"] == str(row.pk)]


def test_it_takes_few_queries(alice_client: Client, spend: Spend, django_assert_max_num_queries: Any) -> None:
    spend(1)
    seen.shown(alice_client, PAGE)
    now = f"{clock.now() - timedelta(seconds=1):%Y-%m-%dT%H:%M:%S}"
    for path in (f"{PAGE}?at={now}", "/billing/audit"):
        with django_assert_max_num_queries(12):
            seen.shown(alice_client, path)


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-14:00"])
def test_a_page_before_or_after_all_time_is_not_there(alice_client: Client, moment: str) -> None:
    answer = alice_client.get(f"/billing/ledger?before={moment}_0193a7c2-5f1e-7c60-8a2b-3d4e5f607182")
    assert answer.status_code < 500
