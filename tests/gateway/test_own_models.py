"""Models of a team's own providers, at the API: its keys list and call them, others do not know them."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.models import ApiKey, Project, Team, User
from billing.models import UsageRecord
from completions import routes
from inference_catalog.models import Provider
from tests.gateway.asking import answer
from tests.inference_catalog.own.owning import add, add_model
from tests.model_ids import PHI
from tests.simulator.serving import Simulator

pytestmark = pytest.mark.django_db(transaction=True)
ID = f"alice/gpus/{PHI}"


@pytest.fixture(autouse=True)
def connected(alice_client: Client, settings: Settings, simulator: Simulator) -> None:
    settings.OWN_PROVIDERS_MAY_BE_PRIVATE = True
    routes.forget()
    provider = add(alice_client, simulator.base_url)
    add_model(alice_client, provider, upstream_id=PHI, output="2")


@pytest.fixture
def other_keys(alice: User, charlie: User, team: Team) -> list[str]:
    """A stranger's, and Alice's for another team of her organization."""
    other = Project.objects.create(team=Team.objects.create(organization=team.organization, slug="lab"), slug="lab")
    theirs = Project.objects.for_user(charlie).get()
    return [ApiKey.objects.issue(user=u, project=p)[1] for u, p in ((charlie, theirs), (alice, other))]


def get(key: str, path: str) -> Any:
    return asyncio.run(answer("GET", path, key=key))


def ask(key: str, model: str = ID) -> Any:
    body = {"model": model, "messages": [{"role": "user", "content": "Hello"}]}
    return asyncio.run(answer("POST", "/chat/completions", key=key, json=body))


def ids(key: str) -> list[str]:
    return [entry["id"] for entry in get(key, "/models").json()["data"]]


def recorded() -> UsageRecord:
    """As soon as it is there: it is written after the answer."""
    deadline = time.monotonic() + 10
    while not UsageRecord.objects.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    return UsageRecord.objects.get()


def test_its_keys_list_it_and_others_do_not(alice_key: str, other_keys: list[str]) -> None:
    assert ID in ids(alice_key)
    assert get(alice_key, f"/models/{ID}").json()["owned_by"] == "Our GPUs"
    for key in other_keys:
        assert ID not in ids(key)
        assert get(key, f"/models/{ID}").status_code == 404


def test_its_keys_call_it_and_others_do_not(alice_key: str, other_keys: list[str]) -> None:
    answered = ask(alice_key)
    assert answered.status_code == 200, answered.text
    record = recorded()
    assert (record.model, record.provider, record.cost) == (ID, "gpus", record.completion_tokens * 2_000_000)
    unknown = ask(other_keys[0], "alice/gpus/nothing").json()["error"]["message"]
    for key in other_keys:
        refused = ask(key)
        assert refused.status_code == 404
        assert refused.json()["error"]["message"] == unknown.replace("nothing", PHI)


def test_one_that_is_switched_off_is_not_listed_and_not_called(alice_client: Client, alice_key: str) -> None:
    alice_client.post(f"/settings/providers/{Provider.objects.get(slug='gpus').pk}/turn", {"on": "false"})
    routes.forget()
    assert ID not in ids(alice_key)
    assert ask(alice_key).status_code == 503
