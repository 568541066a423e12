"""Settings → API: the address, one's keys, code to copy, and what runs now."""

from __future__ import annotations

import uuid

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts import authentication
from accounts.models import ApiKey, Project, User
from billing.models import Account, Plan, Reservation
from tests.conftest import signed_in


def running(user: User, project: Project, *, door: str = "api") -> Reservation:
    plan, _ = Plan.objects.get_or_create(slug="free", defaults={"name": "Free"})
    account, _ = Account.objects.get_or_create(pk=project.team.organization_id, defaults={"plan": plan})
    amounts = dict.fromkeys(("input_price", "cached_input_price", "output_price", "amount", "prompt_estimate"), 1)
    return Reservation.objects.create(
        account=account,
        process=uuid.UUID(int=1),
        project_id=project.pk,
        user_id=user.pk,
        model="maker/model",
        offering_id=uuid.UUID(int=2),
        provider="Somebody",
        door=door,
        output_limit=1,
        **amounts,
    )


def live(client: Client) -> str:
    return client.get(reverse("api-running")).content.decode()


def test_it_shows_the_address_the_project_and_the_keys(alice_client: Client, alice_key: str, project: Project) -> None:
    page = alice_client.get(reverse("api")).content.decode()
    assert "http://testserver/v1" in page
    assert project.path in page
    assert alice_key[:13] in page
    assert alice_key not in page


def test_it_leaves_out_keys_that_work_no_more(alice_client: Client, alice: User, alice_key: str) -> None:
    authentication.revoke(ApiKey.objects.get(user=alice))
    assert alice_key[:13] not in alice_client.get(reverse("api")).content.decode()


def test_it_gives_no_code_while_no_model_can_be_called(alice_client: Client) -> None:
    assert "No model can be called yet" in alice_client.get(reverse("api")).content.decode()


def test_it_says_the_limits_in_force(alice_client: Client, alice: User, project: Project) -> None:
    Project.objects.filter(pk=project.pk).update(concurrency=7)
    shown = live(alice_client)
    assert f"<strong>0</strong> of {settings.CONCURRENCY_PER_USER}" in shown
    assert "<strong>0</strong> of 7" in shown


def test_it_counts_ones_own_and_the_projects_requests(
    bob: User, bob_client: Client, alice: User, project: Project
) -> None:
    running(alice, project, door="playground")
    running(bob, project)
    shown = live(bob_client)
    assert "<strong>1</strong> of" in shown
    assert "<strong>2</strong> of" in shown
    assert all(word in shown for word in ("maker/model", "alice", "You", "Playground", "API"))


@pytest.mark.parametrize("state", ["settled", "voided", "expired"])
def test_what_has_ended_is_gone(alice_client: Client, alice: User, project: Project, state: str) -> None:
    Reservation.objects.filter(pk=running(alice, project).pk).update(state=state)
    assert "Nothing is running" in live(alice_client)


def test_a_stranger_sees_nothing_of_it(charlie: User, alice: User, project: Project) -> None:
    running(alice, project)
    assert "Nothing is running" in live(signed_in(charlie))
