"""Sheets can be opened by a spreadsheet, and hold every request, however many there are."""

from __future__ import annotations

from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Project
from billing.usage import sheets
from tests.billing.usage import seen
from tests.billing.usage.conftest import Use
from tests.billing.usage.records import moment, record, settle

pytestmark = pytest.mark.django_db


def streamed(answer: Any) -> list[str]:
    async def parts() -> list[str]:
        return [part.decode() async for part in answer.streaming_content]

    return async_to_sync(parts)()


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_what_a_spreadsheet_would_run_is_text(alice_client: Client, use: Use, text: str) -> None:
    use(model=text, client=text)
    (line,) = seen.sheet(alice_client.get("/billing/usage.csv").content.decode().replace("\r\n", "\n"))
    assert line["name"].startswith("'")
    assert line["id"].startswith("'")
    sheet = "".join(streamed(alice_client.get("/billing/usage/requests.csv")))
    assert f"'{text[0]}" in sheet
    assert f",{text[0]}" not in sheet


def test_a_commas_and_quotes_stay_in_their_cell(alice_client: Client, use: Use) -> None:
    use(client='curl, "the" one')
    (line,) = seen.sheet("".join(streamed(alice_client.get("/billing/usage/requests.csv"))))
    assert line["client"] == 'curl, "the" one'


def test_it_is_a_file_named_after_its_days(alice_client: Client, use: Use) -> None:
    answer = alice_client.get("/billing/usage.csv?range=custom&since=2026-03-01&until=2026-03-31")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="lineup-usage-2026-03-01-to-2026-03-31.csv"'


def test_a_wrong_choice_gives_no_file_but_says_why(alice_client: Client) -> None:
    for name in ("usage.csv", "usage/requests.csv"):
        answer = alice_client.get(f"/billing/{name}?split=moon")
        assert answer.status_code == 422
        assert "There is no split by “moon”." in answer.content.decode()


def test_requests_come_piece_by_piece_each_once(alice_client: Client, project: Project, use: Use) -> None:
    first = use(at=moment("2026-03-01 12:00:00"))
    owner = project.team.organization.members.get(pk=first.user_id)
    settle(*(record(owner, project, at=first.ended_at) for _ in range(2 * sheets.RECORDS_AT_ONCE)))
    answer = alice_client.get("/billing/usage/requests.csv?range=custom&since=2026-03-01&until=2026-03-01")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        parts = streamed(answer)
    # Its head, three pieces, and nothing is left of the fourth.
    assert len(parts) == 4
    assert len({line["id"] for line in seen.sheet("".join(parts))}) == 2 * sheets.RECORDS_AT_ONCE + 1
    assert len(queries) == 3 * 4 + 1
