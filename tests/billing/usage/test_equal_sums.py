"""Chart, table, sheets and API say the same as the records, whatever was used by whom and when."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import ApiKey, Project, User
from billing.models import UsageDay, UsageHour, UsageMonth, UsageRecord
from billing.usage import buckets
from billing.usage.splits import Split
from tests.billing.usage import seen
from tests.billing.usage.records import record, settle

tokens = st.integers(0, 5_000)
Drawn = dict[str, Any]
drawn = st.fixed_dictionaries(
    {
        "minutes": st.integers(0, 9 * 24 * 60),
        "user": st.integers(0, 1),
        "project": st.integers(0, 1),
        "has_key": st.booleans(),
        "model": st.integers(0, 11).map(lambda number: f"maker/model-{number}"),
        "prompt_tokens": tokens,
        "cached_tokens": tokens,
        "completion_tokens": tokens,
        "cost": st.integers(0, 10**13),
        "outcome": st.sampled_from(UsageRecord.Outcome.values),
    }
)
MEASURES = {
    "cost": ("cost",),
    "tokens": ("prompt_tokens", "completion_tokens"),
    "input": ("prompt_tokens",),
    "cached": ("cached_tokens",),
    "output": ("completion_tokens",),
    "requests": (),
    "errors": (),
}


class Cast:
    def __init__(self, alice: User, bob: User, project: Project) -> None:
        self.users = (alice, bob)
        self.projects = (project, Project.objects.create(team=project.team, slug="second"))
        self.keys = [ApiKey.objects.issue(user=user, project=project, label="own")[0] for user in self.users]

    def use(self, drawn: list[Drawn]) -> list[UsageRecord]:
        for table in (UsageRecord, UsageHour, UsageDay, UsageMonth):
            table.objects.all().delete()
        made = [self._record(**each) for each in drawn]
        settle(*made)
        return made

    def _record(self, *, minutes: int, user: int, project: int, has_key: bool, **told: Any) -> UsageRecord:
        at = timezone.now() - timedelta(minutes=minutes)
        key = self.keys[user].pk if has_key else None
        return record(self.users[user], self.projects[project], at=at, api_key_id=key, **told)


@pytest.fixture
def cast(db: None, alice: User, bob: User, project: Project) -> Cast:
    return Cast(alice, bob, project)


def amount(each: UsageRecord, measure: str) -> int:
    if measure == "errors":
        return int(each.outcome == UsageRecord.Outcome.FAILED)
    return sum(getattr(each, column) for column in MEASURES[measure]) if MEASURES[measure] else 1


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    used=st.lists(drawn, max_size=30),
    split=st.sampled_from(list(Split)),
    measure=st.sampled_from(list(MEASURES)),
    by=st.sampled_from(["hour", "day", "month"]),
)
def test_they_are_equal(
    cast: Cast, alice_client: Client, used: list[Drawn], split: Split, measure: str, by: str
) -> None:
    records = cast.use(used)
    query = f"range=7d&by={by}&split={split}&measure={measure}"
    page = alice_client.get(f"/billing/usage?{query}").content.decode()
    seven_days = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=6)
    start = seven_days.replace(day=1) if by == "month" else seven_days
    meant = [each for each in records if each.ended_at >= start]
    assert sum(seen.bars(page).values()) == sum(amount(each, measure) for each in meant)
    check_table(page, split, meant)
    check_sheet(alice_client.get(f"/billing/usage.csv?{query}").content.decode(), meant)
    check_records(alice_client, query, meant)


def check_table(page: str, split: Split, meant: list[UsageRecord]) -> None:
    costs: Counter[str] = Counter()
    for each in meant:
        costs[str(getattr(each, split.column) or "00000000-0000-0000-0000-000000000000")] += each.cost
    assert {value: row.cost for value, row in seen.rows(page).items()} == dict(costs)
    columns = ("requests", "errors", "input", "cached", "output", "cost")
    assert seen.total(page) == tuple(sum(amount(each, column) for each in meant) for column in columns)


def check_sheet(text: str, meant: list[UsageRecord]) -> None:
    lines = seen.sheet(text)
    assert sum(seen.pico(line["cost_usd"]) for line in lines) == sum(each.cost for each in meant)
    assert sum(int(line["requests"]) for line in lines) == len(meant)
    assert sum(int(line["cached_tokens"]) for line in lines) == sum(each.cached_tokens for each in meant)


def check_records(client: Client, query: str, meant: list[UsageRecord]) -> None:
    answer: Any = client.get(f"/billing/usage/requests.csv?{query}")

    async def joined() -> str:
        return b"".join([part async for part in answer.streaming_content]).decode()

    lines = seen.sheet(async_to_sync(joined)())
    assert {line["id"]: seen.pico(line["cost_usd"]) for line in lines} == {str(each.pk): each.cost for each in meant}
    assert [line["ended_at_utc"] for line in lines] == sorted(line["ended_at_utc"] for line in lines)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    used=st.lists(drawn, max_size=20),
    groups=st.sets(st.sampled_from(["project_id", "user_id", "api_key_id", "model"])),
    width=st.sampled_from(["1h", "1d"]),
    limit=st.integers(3, 24),
)
def test_the_api_says_the_same_page_by_page(
    cast: Cast, used: list[Drawn], groups: set[str], width: str, limit: int
) -> None:
    records = cast.use(used)
    begin = int((timezone.now() - timedelta(days=10)).timestamp())
    asked = [("start_time", str(begin)), ("bucket_width", width), ("limit", str(limit))]
    asked += [("group_by", name) for name in groups]
    results = [result for bucket in every_bucket(cast, asked) for result in bucket["results"]]
    assert sum(result["input_tokens"] for result in results) == sum(each.prompt_tokens for each in records)
    assert sum(result["num_model_requests"] for result in results) == len(records)
    assert all((result[name] is None) for result in results for name in {"project_id", "user_id", "model"} - groups)


def every_bucket(cast: Cast, asked: list[tuple[str, str]]) -> list[dict[str, Any]]:
    found, page = [], None
    while True:
        question = buckets.parse(buckets.COMPLETIONS, [*asked, *([("page", page)] if page else [])])
        answer = buckets.answer(question, cast.projects[0].team.organization_id)
        found += answer["data"]
        if not answer["has_more"]:
            break
        page = answer["next_page"]
    starts = [bucket["start_time"] for bucket in found]
    assert starts == sorted(set(starts))
    return found
