"""How many requests may run at once: the most specific number is the one that counts."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from django.test import Client, override_settings

from accounts.models import Project, User
from billing import terms
from billing.accounts import account_of
from billing.models import Plan
from completions import routes
from config.asgi import application
from tests.completions.stage import MODEL, in_thread, priced, serve
from tests.gateway.raw_stream import body

pytestmark = pytest.mark.django_db(transaction=True)

#: The number by setting, by plan and of one's own; whether there is room for a request then.
TOWER = [
    (0, None, None, False),
    (5, None, None, True),
    (5, 0, None, False),
    (0, 5, None, True),
    (5, 5, 0, False),
    (0, 0, 5, True),
]


@pytest.fixture(autouse=True)
def _simulated(project: Project, simulator_url: str) -> None:
    """Alice's organization is on the Free plan, and the simulator answers."""
    terms.forget()
    routes.forget()
    account_of(project.team.organization_id)
    serve(priced(MODEL), "simulator", simulator_url, kind="simulator")


async def ask(key: str) -> httpx2.Response:
    transport = httpx2.ASGITransport(application)
    headers = {"authorization": f"Bearer {key}"}
    async with httpx2.AsyncClient(transport=transport, base_url="http://testserver/v1", timeout=30) as client:
        return await client.post("/chat/completions", json=body(stream=False, simulate={"length": 1}), headers=headers)


async def is_let_in(key: str) -> bool:
    answer = await ask(key)
    if answer.status_code == 200:
        return True
    assert (answer.status_code, answer.json()["error"]["message"]) == (429, "Concurrency limit reached for requests")
    assert answer.headers["x-ratelimit-remaining-requests"] == "0"
    assert answer.headers["retry-after-ms"]
    return False


@pytest.mark.parametrize(("setting", "plan", "own", "lets_in"), TOWER)
async def test_a_persons_own_number_goes_before_the_plans_and_that_before_the_settings(
    alice: User, alice_key: str, setting: int, plan: int | None, own: int | None, lets_in: bool
) -> None:
    await in_thread(Plan.objects.filter(slug="free").update)(concurrency_per_user=plan)
    await in_thread(User.objects.filter(pk=alice.pk).update)(concurrency=own)
    with override_settings(CONCURRENCY_PER_USER=setting):
        assert await is_let_in(alice_key) is lets_in


@pytest.mark.parametrize(("setting", "plan", "own", "lets_in"), TOWER)
async def test_a_projects_own_number_goes_before_the_plans_and_that_before_the_settings(
    project: Project,
    alice_key: str,
    setting: int,
    plan: int | None,
    own: int | None,
    lets_in: bool,
) -> None:
    await in_thread(Plan.objects.filter(slug="free").update)(concurrency_per_project=plan)
    await in_thread(Project.objects.filter(pk=project.pk).update)(concurrency=own)
    with override_settings(CONCURRENCY_PER_PROJECT=setting):
        assert await is_let_in(alice_key) is lets_in


async def test_the_nearer_of_two_limits_is_the_one_that_is_told(alice: User, project: Project, alice_key: str) -> None:
    await in_thread(User.objects.filter(pk=alice.pk).update)(concurrency=7)
    await in_thread(Project.objects.filter(pk=project.pk).update)(concurrency=0)
    assert (await ask(alice_key)).headers["x-ratelimit-limit-requests"] == "0"


def save(client: Client, address: str, **fields: Any) -> None:
    """Posts the form of the site administration as it stands, but for these fields."""
    page = client.get(address)
    form = page.context["adminform"].form
    stands = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    answer = client.post(address, {**stands, **fields})
    assert answer.status_code == 302, answer.context["adminform"].form.errors


def test_staff_set_each_of_them(alice: User, alice_client: Client, project: Project) -> None:
    User.objects.filter(pk=alice.pk).update(is_staff=True, is_superuser=True)
    plan = Plan.objects.get(slug="free")
    save(alice_client, f"/staff/billing/plan/{plan.pk}/change/", concurrency_per_user=3, concurrency_per_project=4)
    save(alice_client, f"/staff/accounts/project/{project.pk}/change/", concurrency=5)
    plan.refresh_from_db()
    project.refresh_from_db()
    assert (plan.concurrency_per_user, plan.concurrency_per_project, project.concurrency) == (3, 4, 5)
    page = alice_client.get("/staff/billing/plan/").content.decode()
    assert '<td class="field-concurrency_per_user">3</td>' in page
