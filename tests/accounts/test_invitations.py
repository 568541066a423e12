"""Invitations by link."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Invitation, Organization, User
from tests.conftest import PASSWORD, signed_in

ADDRESS = "/settings/invitations"


def invite(client: Client, **data: str) -> str:
    page = client.post(f"{ADDRESS}/new", {"role": "member", **data}).content.decode()
    found = re.search(r'value="http://testserver(/invitations/[^"]+)"', page)
    assert found
    return found[1]


@pytest.fixture
def link(alice_client: Client) -> str:
    return invite(alice_client, email="dora@example.com")


def belongs(user: User, organization: Organization) -> bool:
    return organization.memberships.filter(user=user).exists()


def test_the_link_is_shown_once(alice_client: Client, link: str) -> None:
    page = alice_client.get(ADDRESS).content.decode()
    assert link not in page
    assert "dora@example.com" in page


def test_somebody_signed_in_joins(link: str, charlie: User, organization: Organization) -> None:
    client = signed_in(charlie)
    assert "Join alice" in client.get(link).content.decode()
    client.post(f"{link}/accept")
    assert organization.memberships.get(user=charlie).role == "member"
    assert "alice/playground" in client.get(ADDRESS.replace("invitations", "projects")).content.decode()


def test_an_admin_can_be_invited(alice_client: Client, charlie: User, organization: Organization) -> None:
    link = invite(alice_client, role="admin")
    signed_in(charlie).post(f"{link}/accept")
    assert organization.memberships.get(user=charlie).role == "admin"


def test_somebody_without_account_signs_up_and_comes_back(link: str, organization: Organization) -> None:
    client = Client()
    assert f"/accounts/signup/?next={link}" in client.get(link).content.decode()
    data = {"username": "dora", "password1": PASSWORD, "password2": PASSWORD, "next": link}
    assert client.post("/accounts/signup/", data).headers["Location"] == link
    client.post(f"{link}/accept")
    assert belongs(User.objects.get(username="dora"), organization)


def test_it_works_once(link: str, charlie: User, organization: Organization) -> None:
    signed_in(charlie).post(f"{link}/accept")
    late = signed_in(User.objects.create_user("late"))
    late.post(f"{link}/accept")
    assert not belongs(User.objects.get(username="late"), organization)
    assert late.get(link).status_code == 404


def test_a_member_who_follows_it_does_not_use_it_up(link: str, bob_client: Client) -> None:
    bob_client.post(f"{link}/accept")
    assert Invitation.objects.get().status == "open"


def test_it_ends_when_it_expires(link: str, charlie: User, organization: Organization) -> None:
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    signed_in(charlie).post(f"{link}/accept")
    assert not belongs(charlie, organization)


def test_it_ends_when_it_is_withdrawn(
    alice_client: Client, link: str, charlie: User, organization: Organization
) -> None:
    alice_client.post(f"{ADDRESS}/{Invitation.objects.get().pk}/withdraw")
    signed_in(charlie).post(f"{link}/accept")
    assert not belongs(charlie, organization)
    assert "no longer good" in Client().get(link).content.decode()


def test_following_the_link_alone_joins_nothing(link: str, charlie: User, organization: Organization) -> None:
    signed_in(charlie).get(link)
    assert not belongs(charlie, organization)


def test_a_member_may_not_invite(bob_client: Client) -> None:
    assert bob_client.get(ADDRESS).status_code == 403
    assert bob_client.post(f"{ADDRESS}/new", {"role": "admin"}).status_code == 403


def test_a_stranger_cannot_withdraw_it(link: str, charlie_client: Client) -> None:
    assert charlie_client.post(f"{ADDRESS}/{Invitation.objects.get().pk}/withdraw").status_code == 404


def test_it_refuses_a_made_up_link(charlie_client: Client) -> None:
    assert charlie_client.get("/invitations/made-up").status_code == 404
    assert charlie_client.post("/invitations/made-up/accept").status_code == 404
