"""Usage and costs for programs of an organization's admins, as OpenAI's client reads them."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from openai import AsyncOpenAI, PermissionDeniedError

from accounts.models import ApiKey, Project, User
from billing.models import UsageRecord
from config.asgi import application
from tests.billing.usage.records import record, settle
from tests.completions.stage import in_thread
from tests.gateway.asking import answer, ask

pytestmark = pytest.mark.django_db(transaction=True)
USAGE, COSTS = "/organization/usage/completions", "/organization/costs"
MIDNIGHT = datetime(2026, 3, 1, tzinfo=UTC)
START = int(MIDNIGHT.timestamp())
BOTH = pytest.mark.parametrize("path", [USAGE, COSTS])


def client(key: str) -> AsyncOpenAI:
    http = httpx2.AsyncClient(transport=httpx2.ASGITransport(application))
    return AsyncOpenAI(api_key="none", admin_api_key=key, base_url="http://testserver/v1", http_client=http)


async def use(user: User, project: Project, *hours: float, **changes: Any) -> None:
    """One request at each of these hours of March."""
    made = await in_thread(
        lambda: [record(user, project, at=MIDNIGHT + timedelta(hours=hour), **changes) for hour in hours]
    )()
    await in_thread(settle)(*made)


async def test_openais_client_reads_usage_by_day(alice: User, project: Project, alice_key: str) -> None:
    await use(alice, project, 0, 5, 30)
    await use(alice, project, 31, outcome=UsageRecord.Outcome.FAILED)
    page = await client(alice_key).admin.organization.usage.completions(start_time=START, limit=3)
    assert [(bucket.start_time, bucket.end_time) for bucket in page.data][1] == (START + 86_400, START + 172_800)
    (first,), (second,), third = [bucket.results for bucket in page.data]
    assert first.object == second.object == "organization.usage.completions.result"
    assert (first.input_tokens, first.input_cached_tokens, first.output_tokens) == (20, 8, 18)
    assert (first.num_model_requests, second.num_model_requests, third) == (2, 2, [])
    assert second.to_dict()["num_failed_requests"] == 1


async def test_it_groups_and_chooses(alice: User, bob: User, project: Project, alice_key: str) -> None:
    await use(alice, project, 1, model="maker/a")
    await use(bob, project, 2, model="maker/b")
    page = await client(alice_key).admin.organization.usage.completions(
        start_time=START, limit=1, bucket_width="1d", group_by=["model", "user_id"], models=["maker/b", "maker/c"]
    )
    (found,) = page.data[0].results
    assert found.object == "organization.usage.completions.result"
    assert (found.model, found.user_id, found.project_id) == ("maker/b", str(bob.pk), None)


async def test_costs_are_exact(alice: User, project: Project, alice_key: str) -> None:
    await use(alice, project, 1, cost=12_345_678_901_234_567)
    page = await client(alice_key).admin.organization.usage.costs(start_time=START, limit=1, group_by=["line_item"])
    (found,) = page.data[0].results
    assert found.object == "organization.costs.result"
    assert found.amount
    assert found.amount.value == pytest.approx(12_345.678901234567)
    assert found.amount.to_dict()["exact"] == "12345.678901234567"
    assert (found.line_item, found.project_id) == ("a/model", None)


async def test_its_pages_are_all_the_time_there_is(alice: User, project: Project, alice_key: str) -> None:
    await use(alice, project, *range(0, 48, 5))
    asked: dict[str, Any] = {"start_time": START, "end_time": START + 172_800, "bucket_width": "1h", "limit": 7}
    found: list[Any] = []
    while True:
        page = (await answer("GET", USAGE, key=alice_key, params=asked)).json()
        found += page["data"]
        if not page["has_more"]:
            break
        asked["page"] = page["next_page"]
    assert [bucket["start_time"] for bucket in found] == [START + 3600 * hour for hour in range(48)]
    assert sum(result["num_model_requests"] for bucket in found for result in bucket["results"]) == 10
    assert page["next_page"] is None


async def test_what_was_used_a_moment_ago_is_in_it(alice: User, project: Project, alice_key: str) -> None:
    now = int(time.time())
    await in_thread(lambda: settle(record(alice, project)))()
    page = (await answer("GET", USAGE, key=alice_key, params={"start_time": now - 60})).json()
    assert sum(result["num_model_requests"] for bucket in page["data"] for result in bucket["results"]) == 1


@BOTH
async def test_a_members_key_is_refused_with_a_sentence(path: str, bob: User, project: Project) -> None:
    key = (await in_thread(lambda: ApiKey.objects.issue(user=bob, project=project))())[1]
    status, error = await ask("GET", path, key=key, params={"start_time": START})
    assert (status, error["code"]) == (403, "insufficient_permissions")
    assert error["message"] == "Only admins of the organization may read this: use the key of one"
    with pytest.raises(PermissionDeniedError):
        await client(key).admin.organization.usage.costs(start_time=START)


@BOTH
async def test_an_admin_of_another_organization_sees_nothing_of_it(
    path: str, alice: User, project: Project, charlie: User
) -> None:
    await use(alice, project, 1)
    key = (await in_thread(lambda: ApiKey.objects.issue(user=charlie, project=None))())[1]
    params = {"start_time": START, "project_ids": str(project.pk), "limit": 1}
    assert (await answer("GET", path, key=key, params=params)).json()["data"][0]["results"] == []
    named = {"openai-project": "alice/playground"}
    assert (await answer("GET", path, key=key, params=params, headers=named)).status_code == 401


@pytest.mark.parametrize(
    ("path", "query", "param", "sentence"),
    [
        (USAGE, "", "start_time", "'start_time' is missing."),
        (USAGE, "start_time=soon", "start_time", "must be an integer from 0"),
        (USAGE, "start_time=-1", "start_time", "must be an integer from 0"),
        (USAGE, "start_time=99999999999", "start_time", "must be an integer from 0"),
        (USAGE, "start_time=9&start_time=9", "start_time", "'start_time' is there twice."),
        (USAGE, "start_time=9&end_time=9", "end_time", "'end_time' must lie after 'start_time'"),
        (USAGE, "start_time=9&bucket_width=1m", "bucket_width", "Usage is summed by the hour"),
        (USAGE, "start_time=9&limit=32", "limit", "must be an integer from 1 to 31"),
        (USAGE, "start_time=9&bucket_width=1h&limit=169", "limit", "must be an integer from 1 to 168"),
        (USAGE, "start_time=9&group_by[]=batch", "group_by", "'group_by' has no 'batch'. It takes: project_id"),
        (USAGE, "start_time=9&page=page_7", "page", "'page' is not a 'next_page' of this query."),
        (USAGE, "start_time=9&page=2", "page", "'page' is not a 'next_page' of this query."),
        (USAGE, "start_time=9&project_ids=mine", "project_ids", "cannot be one: 'mine'"),
        (USAGE, "start_time=9&user_ids=0x7", "user_ids", "cannot be one: '0x7'"),
        (USAGE, "start_time=9&batch=true", "batch", "There is no parameter 'batch'."),
        (COSTS, "start_time=9&bucket_width=1h", "bucket_width", "'bucket_width' is one of: 1d."),
        (COSTS, "start_time=9&group_by=model", "group_by", "It takes: project_id, user_id, api_key_id, line_item."),
        (COSTS, "start_time=9&limit=181", "limit", "must be an integer from 1 to 180"),
    ],
)
async def test_what_makes_no_sense_is_named(alice_key: str, path: str, query: str, param: str, sentence: str) -> None:
    status, error = await ask("GET", f"{path}?{query}", key=alice_key)
    assert (status, error["param"]) == (400, param)
    assert sentence in error["message"]
