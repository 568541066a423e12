"""Who calls the API: a key that has ended, or whose person has gone, is refused from that moment on."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import httpx2
import pytest
from django.test import Client

from accounts import authentication
from accounts.models import ApiKey, Organization, Project, User
from billing.models import UsageRecord
from completions import routes
from config.asgi import application
from tests.completions.stage import MODEL, in_thread, priced, serve
from tests.conftest import signed_in
from tests.gateway.raw_stream import body

pytestmark = pytest.mark.django_db(transaction=True)


async def request(key: str, method: str = "GET", path: str = "/models", **more: Any) -> httpx2.Response:
    transport = httpx2.ASGITransport(application)
    headers = {"authorization": f"Bearer {key}", **more.pop("headers", {})}
    async with httpx2.AsyncClient(transport=transport, base_url="http://testserver/v1", timeout=30) as client:
        return await client.request(method, path, headers=headers, **more)


def status(key: str) -> int:
    return asyncio.run(request(key)).status_code


@pytest.fixture
def bob_key(bob: User, project: Project) -> str:
    return ApiKey.objects.issue(user=bob, project=project)[1]


@pytest.fixture
def staff_client(charlie: User) -> Client:
    charlie.is_staff = charlie.is_superuser = True
    charlie.save()
    return signed_in(charlie)


def test_a_key_that_its_person_revokes_is_refused_at_once(alice_client: Client, alice_key: str) -> None:
    assert status(alice_key) == 200
    alice_client.post(f"/settings/api-keys/{ApiKey.objects.get().pk}/revoke")
    assert status(alice_key) == 401


def test_a_key_that_staff_revoke_is_refused_at_once(staff_client: Client, alice_key: str) -> None:
    assert status(alice_key) == 200
    chosen = {"action": "revoke", "_selected_action": [str(ApiKey.objects.get().pk)]}
    staff_client.post("/staff/accounts/apikey/", chosen)
    assert status(alice_key) == 401


def test_who_is_removed_from_the_organization_is_refused_at_once(
    alice_client: Client, bob_key: str, organization: Organization, bob: User
) -> None:
    assert status(bob_key) == 200
    alice_client.post(f"/settings/members/{organization.memberships.get(user=bob).pk}/remove")
    assert status(bob_key) == 401


def test_who_leaves_the_organization_is_refused_at_once(bob_client: Client, bob_key: str) -> None:
    assert status(bob_key) == 200
    bob_client.post("/settings/organization/leave")
    assert status(bob_key) == 401


def test_who_is_switched_off_by_staff_is_refused_at_once(staff_client: Client, alice: User, alice_key: str) -> None:
    assert status(alice_key) == 200
    page = staff_client.get(f"/staff/accounts/user/{alice.pk}/change/")
    form = {name: value for name, value in page.context["adminform"].form.initial.items() if value is not None}
    form |= {"date_joined_0": "2026-01-01", "date_joined_1": "00:00:00", "groups": [], "user_permissions": []}
    answer = staff_client.post(f"/staff/accounts/user/{alice.pk}/change/", {**form, "is_active": ""})
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    assert status(alice_key) == 401


def test_a_key_that_is_almost_another_is_refused_though_that_one_is_known(alice_key: str) -> None:
    assert status(alice_key) == 200
    other = "0" if alice_key[-1] != "0" else "1"
    assert [status(alice_key[:-1] + other), status(alice_key[:-1]), status(alice_key + "0")] == [401, 401, 401]


def test_another_process_learns_of_it_within_five_seconds(alice_key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert status(alice_key) == 200
    ApiKey.objects.get().revoke()
    later = time.monotonic() + authentication.CACHED_FOR + 0.1
    monkeypatch.setattr("accounts.authentication.time.monotonic", lambda: later)
    assert (status(alice_key), authentication.CACHED_FOR <= 5) == (401, True)


@pytest.mark.parametrize(("named", "booked"), [("alice/second", "second"), (None, "playground")])
def test_a_call_is_booked_on_the_project_it_names_else_on_the_keys_own(
    alice: User, project: Project, alice_key: str, simulator_url: str, named: str | None, booked: str
) -> None:
    Project.objects.create(team=project.team, slug="second")
    routes.forget()
    serve(priced(MODEL), "simulator", simulator_url, kind="simulator")
    headers = {"openai-project": named} if named else {}
    asked = body(stream=False, simulate={"length": 1})

    async def call() -> UsageRecord:
        answer = await request(alice_key, "POST", "/chat/completions", json=asked, headers=headers)
        assert answer.status_code == 200
        while (record := await in_thread(UsageRecord.objects.first)()) is None:
            await asyncio.sleep(0.01)
        return record

    record = asyncio.run(call())
    assert (Project.objects.get(pk=record.project_id).slug, record.user_id) == (booked, alice.pk)
    assert record.api_key_id == ApiKey.objects.get().pk
