"""The site administration."""

import pytest
from django.test import Client

from accounts.models import ApiKey, User, digest


@pytest.fixture
def staff_client(alice: User, alice_client: Client) -> Client:
    alice.is_staff = alice.is_superuser = True
    alice.save()
    return alice_client


@pytest.mark.parametrize("name", ["user", "organization", "team", "project", "apikey", "invitation"])
def test_staff_see_each_list(staff_client: Client, name: str) -> None:
    assert staff_client.get(f"/staff/accounts/{name}/").status_code == 200


def test_a_key_is_shown_without_secret_or_digest(staff_client: Client, alice_key: str) -> None:
    page = staff_client.get(f"/staff/accounts/apikey/{ApiKey.objects.get().pk}/change/").content.decode()
    assert alice_key[:13] in page
    assert alice_key not in page
    assert digest(alice_key) not in page


def test_staff_revoke_a_key(staff_client: Client, alice_key: str) -> None:
    key = ApiKey.objects.get()
    staff_client.post("/staff/accounts/apikey/", {"action": "revoke", "_selected_action": [str(key.pk)]})
    key.refresh_from_db()
    assert key.revoked_at is not None


def test_others_are_kept_out(bob_client: Client) -> None:
    assert bob_client.get("/staff/", follow=True).status_code == 403


@pytest.mark.django_db
def test_staff_sign_in_by_the_common_door() -> None:
    assert Client().get("/staff/login/").headers["Location"].startswith("/accounts/login/")
