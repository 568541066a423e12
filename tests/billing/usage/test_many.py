"""However much was used, a page asks a few bounded questions, and never reads the records through."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Count, Sum
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Organization, User
from billing.models import Account, Grant, UsageDay, UsageHour, UsageMonth, UsageRecord
from tests.billing.usage import seen
from tests.billing.usage.test_sheets import streamed
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12
ROWS = 20_000
PAGES = [
    "/billing/usage",
    "/billing/usage?range=7d&by=hour&split=key",
    "/billing/usage?range=custom&since={quarter}&by=day&split=user&measure=tokens",
    "/billing/usage?range=custom&since={year}&by=month&split=project",
    "/billing/usage.csv?range=7d&by=hour&split=key",
    "/settings/usage?range=30d&split=project",
]
LISTS = [
    "/billing/usage/requests?since={day}T00:00&until={today}T00:00",
    "/billing/usage/requests?since={quarter}T00:00&until={today}T00:00&split=user&value={user}",
    "/billing/usage/requests?since={day}T00:00&until={today}T00:00&split=model&value=microsoft/Phi-4-mini-instruct",
    "/settings/usage/requests?since={quarter}T00:00&until={today}T00:00",
]


@pytest.fixture
def load(db: None) -> Iterator[User]:
    """The admin of an organization with 50 projects."""
    call_command("generate_usage", "load", "--rows", str(ROWS), "--days", "80", stdout=StringIO(), stderr=StringIO())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    yield User.objects.get(username="load")
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE usage_combination")


def address(text: str, user: User) -> str:
    now = timezone.now()
    days = {"today": 0, "day": 1, "quarter": 91, "year": 364}
    return text.format(user=user.pk, **{name: f"{now - timedelta(days=back):%Y-%m-%d}" for name, back in days.items()})


def asked(client: Client, path: str) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        answer: Any = client.get(path)
        if answer.streaming:
            streamed(answer)
    assert answer.status_code == 200
    return [query["sql"] for query in queries.captured_queries]


def plan(sql: str) -> str:
    explain = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
    with connection.cursor() as cursor:
        cursor.execute(f"{explain} {sql}")
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


def test_pages_ask_the_sums_alone_and_little(load: User) -> None:
    client = signed_in(load)
    for text in PAGES:
        queries = asked(client, address(text, load))
        assert len(queries) <= MOST_QUERIES
        assert [sql for sql in queries if UsageRecord._meta.db_table in sql] == []


def test_lists_of_requests_are_read_by_an_index(load: User) -> None:
    client = signed_in(load)
    for text in [*LISTS, "/billing/usage/requests.csv?range=7d"]:
        queries = asked(client, address(text, load))
        reads = [sql for sql in queries if f'FROM "{UsageRecord._meta.db_table}"' in sql]
        assert reads
        assert len(queries) <= MOST_QUERIES or "csv" in text
        for sql in reads:
            assert "SCAN billing_usagerecord" not in plan(sql)
            assert "Seq Scan on billing_usagerecord" not in plan(sql)


def test_sums_are_read_by_their_window(load: User) -> None:
    client = signed_in(load)
    for text in PAGES:
        for sql in asked(client, address(text, load)):
            if "billing_usage" in sql:
                assert "SCAN billing_usage" not in plan(sql)


def test_what_is_generated_adds_up(load: User) -> None:
    organization = Organization.objects.get(name="load")
    records = UsageRecord.objects.filter(organization_id=organization.pk).aggregate(n=Count("id"), cost=Sum("cost"))
    assert records["n"] == ROWS
    for table in (UsageHour, UsageDay, UsageMonth):
        assert table.objects.aggregate(n=Sum("requests"), cost=Sum("cost")) == records
    account = Account.objects.get(pk=organization.pk)
    assert (
        account.settled == sum(Grant.objects.filter(account=account).values_list("amount", flat=True)) - records["cost"]
    )
    assert len(seen.rows(signed_in(load).get("/billing/usage?split=project").content.decode())) == 50


def test_it_touches_nothing_that_is_there(load: User) -> None:
    for arguments in (["load"], ["other", "--rows", "0"], ["other", "--days", "9999"]):
        with pytest.raises(CommandError):
            call_command("generate_usage", *arguments)
