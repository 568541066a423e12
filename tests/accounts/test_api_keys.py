"""Settings → API keys."""

import re

import pytest
from django.test import Client

from accounts import authentication
from accounts.models import ApiKey, Project, User
from common.errors import NotAuthenticated

ADDRESS = "/settings/api-keys"


def secret_on(page: str) -> str:
    found = re.search(r"lineup-[0-9a-f]{64}", page)
    assert found
    return found[0]


def test_a_new_key_is_shown_once(alice_client: Client) -> None:
    made = alice_client.post(f"{ADDRESS}/new", {"label": "laptop", "lifetime": ""})
    secret = secret_on(made.content.decode())
    assert "no-store" in made.headers["Cache-Control"]
    again = alice_client.get(ADDRESS).content.decode()
    assert secret not in again
    assert secret[:13] in again
    assert "laptop" in again


def test_a_key_can_have_an_end_and_a_project(alice_client: Client, project: Project) -> None:
    alice_client.post(f"{ADDRESS}/new", {"lifetime": "30", "project": project.pk})
    key = ApiKey.objects.get()
    assert key.project == project
    assert key.expires_at is not None
    assert 29 <= (key.expires_at - key.created_at).days <= 30


def test_a_key_without_a_project_says_which_pays(alice_client: Client) -> None:
    alice_client.post(f"{ADDRESS}/new", {"lifetime": ""})
    table = alice_client.get(ADDRESS).content.decode().partition(ApiKey.objects.get().prefix)[2]
    assert "My first project" in table


def test_it_refuses_a_project_of_strangers(charlie_client: Client, project: Project) -> None:
    response = charlie_client.post(f"{ADDRESS}/new", {"project": project.pk})
    assert response.status_code == 422
    assert not ApiKey.objects.exists()


def test_revoking_works_at_once(alice: User, alice_client: Client, alice_key: str) -> None:
    authentication.caller_for(alice_key)
    alice_client.post(f"{ADDRESS}/{alice.api_keys.get().pk}/revoke")
    with pytest.raises(NotAuthenticated):
        authentication.caller_for(alice_key)
    assert "Revoked" in alice_client.get(ADDRESS).content.decode()


def test_nobody_revokes_the_key_of_another(alice: User, bob_client: Client, alice_key: str) -> None:
    key = alice.api_keys.get()
    assert bob_client.post(f"{ADDRESS}/{key.pk}/revoke").status_code == 404
    key.refresh_from_db()
    assert key.revoked_at is None


def test_everybody_sees_their_own_keys_alone(alice_key: str, bob_client: Client) -> None:
    assert alice_key[:13] not in bob_client.get(ADDRESS).content.decode()


def test_revoking_needs_a_post(alice: User, alice_client: Client, alice_key: str) -> None:
    assert alice_client.get(f"{ADDRESS}/{alice.api_keys.get().pk}/revoke").status_code == 405
