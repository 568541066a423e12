"""Charts of the calls that are asked for, each with its table."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.test import Client

from accounts.models import Project
from tests.tracing.pages.conftest import BEGAN, WEAVE, Log
from tracing.traces import charts

ADDRESS = f"{WEAVE}/traces/charts"
TITLES = ("Calls and errors", "Latency", "Tokens", "Cost")


def drawn(client: Client, query: str = "") -> dict[str, list[int]]:
    """By title: the sum of each bar."""
    page = client.get(f"{ADDRESS}?{query}").content.decode()
    tables = re.findall(r"<table.*?</table>", page, re.DOTALL)
    sums = [re.findall(r'<td class="number" data-amount="(\d+)"', table)[::-1] for table in tables]
    return {title: [int(amount) for amount in amounts] for title, amounts in zip(TITLES, sums, strict=True)}


@pytest.fixture
def hours(log: Log) -> None:
    usage = {"usage": {"m": {"requests": 1, "prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7}}}
    log("first", seconds=1, summary=usage)
    log("failed", started_at=BEGAN + timedelta(minutes=1), seconds=3, exception="No")
    log("last", started_at=BEGAN + timedelta(hours=2), seconds=2, summary=usage)


def test_calls_errors_latency_and_tokens_are_drawn_over_time(alice_client: Client, hours: None) -> None:
    bars = drawn(alice_client)
    assert (sum(bars["Calls and errors"]), sum(bars["Tokens"])) == (3, 14)
    assert bars["Calls and errors"][0] == 2
    assert bars["Calls and errors"][-1] == 1
    assert (bars["Latency"][0], bars["Latency"][-1]) == (2900, 2000)


def test_they_are_of_the_calls_that_are_asked_for(alice_client: Client, hours: None) -> None:
    assert drawn(alice_client, "status=error")["Calls and errors"] == [1]


def test_a_bar_leads_to_its_calls(alice_client: Client, hours: None) -> None:
    page = alice_client.get(ADDRESS).content.decode()
    (url, *_) = re.findall(r'<a class="chart-bar" href="([^"]+)"', page)
    found = alice_client.get(unescape(url)).content.decode()
    assert re.findall(r'data-call="(\w+)"', found) == ["failed", "first"]


def test_without_calls_there_is_a_sentence(alice_client: Client, project: Project) -> None:
    assert "nothing to draw" in alice_client.get(ADDRESS).content.decode()


def test_of_very_many_the_newest_are_drawn_and_it_says_so(
    alice_client: Client, hours: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(charts, "MOST", 2)
    assert sum(drawn(alice_client)["Calls and errors"]) == 2
    assert "Of the newest 2 calls" in alice_client.get(ADDRESS).content.decode()


@pytest.mark.parametrize("span", [0, 30, 3600, 86_400 * 30, 86_400 * 5000])
def test_any_span_of_time_has_few_bars(alice_client: Client, log: Log, span: int) -> None:
    log("first")
    log("last", started_at=BEGAN + timedelta(seconds=span))
    bars = drawn(alice_client)["Calls and errors"]
    assert sum(bars) == 2
    assert len(bars) <= charts.BARS + 1


def test_calls_of_the_first_and_the_last_moment_are_drawn(alice_client: Client, log: Log) -> None:
    log("first", started_at=datetime(1, 1, 1, 0, 0, 1, tzinfo=UTC), seconds=0)
    log("last", started_at=datetime(9999, 12, 31, 23, 59, 58, tzinfo=UTC), seconds=0)
    assert sum(drawn(alice_client)["Calls and errors"]) == 2
