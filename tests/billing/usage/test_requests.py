"""A bar leads to its requests: newest first, a page at a time, never counted."""

from __future__ import annotations

import re
import uuid

import pytest
from django.test import Client

from accounts.models import User
from billing.models import UsageRecord
from tests.billing.usage import seen
from tests.billing.usage.conftest import Use
from tests.billing.usage.records import moment

pytestmark = pytest.mark.django_db
PAGE = "/billing/usage/requests"
DAY = "since=2026-03-01T00:00&until=2026-03-02T00:00"
NOON = moment("2026-03-01 12:00:00")


def listed(page: str) -> list[str]:
    return re.findall(r'data-request="([^"]+)"', page)


def test_every_bar_leads_to_what_it_sums_up(alice_client: Client, use: Use) -> None:
    for hour in (0, 11, 12, 23):
        use(at=NOON.replace(hour=hour), cost=hour + 1)
    page = alice_client.get("/billing/usage?range=custom&since=2026-03-01&until=2026-03-01&by=hour").content.decode()
    amounts = seen.bars(page)
    for label, address in seen.drills(page).items():
        behind = alice_client.get(address).content.decode()
        assert sum(map(int, seen.AMOUNT.findall(behind))) == amounts[label]


def test_a_request_says_all_that_is_known_of_it(alice_client: Client, use: Use) -> None:
    failed = UsageRecord.Outcome.FAILED
    use(at=NOON, outcome=failed, error_code="server_error", certainty=UsageRecord.Certainty.ESTIMATED, ttft_ms=None)
    page = alice_client.get(f"{PAGE}?{DAY}").content.decode()
    for text in ("alice", "In the browser", "alice/playground", "a/model", "Failed", "server_error", "6.30 s"):
        assert text in page
    assert "Estimated here" in page
    assert "1 request, 10 tokens in, 9 out" in page


def test_it_lists_what_one_part_of_a_bar_sums_up(alice_client: Client, use: Use, bob: User) -> None:
    for model in ("maker/a", "maker/b", "maker/c"):
        use(at=NOON, model=model)
    own = use(bob, at=NOON, api_key_id=uuid.uuid4())
    for query, count in [
        ("split=model&value=maker/b", 1),
        ("split=model&besides=maker/b&besides=a/model", 2),
        (f"split=user&value={bob.pk}", 1),
        (f"split=key&value={own.api_key_id}", 1),
        (f"split=key&besides={own.api_key_id}", 3),
        (f"split=key&value={uuid.UUID(int=0)}", 3),
        (f"split=key&besides={uuid.UUID(int=0)}", 1),
        (f"split=project&value={own.project_id}", 4),
    ]:
        page = alice_client.get(f"{PAGE}?{DAY}&{query}").content.decode()
        assert len(listed(page)) == count
        assert f"{count} request" in page


def test_it_goes_on_where_a_page_ended_even_within_one_moment(alice_client: Client, use: Use) -> None:
    made = [use(at=NOON) for _ in range(120)]
    address, found, pages = f"{PAGE}?{DAY}", [], 0
    while address:
        page = alice_client.get(address).content.decode()
        found += listed(page)
        pages += 1
        older = re.search(r'rel="next" href="([^"]+)"', page)
        address = older[1].replace("&amp;", "&") if older else ""
    assert found == sorted((str(each.pk) for each in made), reverse=True)
    assert pages == 3


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("", "This is missing."),
        ("since=noon&until=2026-03-02T00:00", "This is not a time, such as 2026-11-23T10:00."),
        ("since=2026-03-02T00:00&until=2026-03-01T00:00", "The end lies before the beginning."),
        ("since=2020-03-02T00:00&until=2026-03-01T00:00", "24 months are shown at most."),
        ("since=2026-03-01T00:30&until=2026-03-01T02:00", "Usage is summed by the hour"),
        (f"{DAY}&split=moon&value=1", "Select a valid choice"),
        (f"{DAY}&split=project&value=1", "There is no such project."),
        (f"{DAY}&split=user&value=99999999999999999999999", "There is no such user."),
        (f"{DAY}&before=tomorrow", "This is not where a page begins."),
        (f"{DAY}&before=0001-01-01T00:00:00%2B14:00~{uuid.uuid4()}", "This is not where a page begins."),
        ("since=9999-12-31T00:00&until=9999-12-31T23:00", "That time is too far ahead."),
    ],
)
def test_an_address_that_makes_no_sense_is_told_so(alice_client: Client, query: str, sentence: str) -> None:
    answer = alice_client.get(f"{PAGE}?{query}")
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
