"""Members of an organization: roles, removal, leaving; an admin always remains."""

import pytest
from django.test import Client

from accounts.models import Membership, Organization, Project, User


@pytest.fixture
def alices(organization: Organization, alice: User) -> Membership:
    return organization.memberships.get(user=alice)


@pytest.fixture
def bobs(organization: Organization, bob: User) -> Membership:
    return organization.memberships.get(user=bob)


def test_an_admin_makes_a_member_admin(alice_client: Client, bobs: Membership) -> None:
    alice_client.post(f"/settings/members/{bobs.pk}/role", {"role": "admin"})
    bobs.refresh_from_db()
    assert bobs.role == Membership.Role.ADMIN


def test_the_last_admin_stays_admin(alice_client: Client, alices: Membership, bobs: Membership) -> None:
    page = alice_client.post(f"/settings/members/{alices.pk}/role", {"role": "member"}, follow=True)
    alices.refresh_from_db()
    assert alices.role == Membership.Role.ADMIN
    assert "last admin" in page.content.decode()


def test_the_last_admin_cannot_leave(alice_client: Client, alices: Membership, bobs: Membership) -> None:
    page = alice_client.post("/settings/organization/leave", follow=True)
    assert "last admin" in page.content.decode()
    assert Membership.objects.filter(pk=alices.pk).exists()


def test_the_last_admin_cannot_be_removed(alice_client: Client, alices: Membership) -> None:
    alice_client.post(f"/settings/members/{alices.pk}/remove")
    assert Membership.objects.filter(pk=alices.pk).exists()


def test_an_admin_removes_a_member_who_then_sees_nothing(
    alice_client: Client, bob_client: Client, bobs: Membership, project: Project
) -> None:
    alice_client.post(f"/settings/members/{bobs.pk}/remove")
    assert not Membership.objects.filter(pk=bobs.pk).exists()
    assert bob_client.get("/alice/playground").status_code == 404


def test_a_member_leaves(bob_client: Client, bobs: Membership) -> None:
    bob_client.post("/settings/organization/leave")
    assert not Membership.objects.filter(pk=bobs.pk).exists()


@pytest.mark.parametrize("verb", ["role", "remove"])
def test_a_member_may_do_neither(bob_client: Client, alices: Membership, verb: str) -> None:
    assert bob_client.post(f"/settings/members/{alices.pk}/{verb}", {"role": "member"}).status_code == 403


def test_a_stranger_finds_no_such_member(charlie_client: Client, bobs: Membership) -> None:
    assert charlie_client.post(f"/settings/members/{bobs.pk}/remove").status_code == 404


def test_it_refuses_a_made_up_role(alice_client: Client, bobs: Membership) -> None:
    assert alice_client.post(f"/settings/members/{bobs.pk}/role", {"role": "owner"}).status_code == 400
