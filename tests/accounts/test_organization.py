"""Settings → Organization."""

from django.test import Client

from accounts.models import Organization, User

ADDRESS = "/settings/organization"


def test_members_see_who_belongs_to_it(bob_client: Client) -> None:
    page = bob_client.get(ADDRESS).content.decode()
    assert "alice" in page
    assert "Rename" not in page


def test_an_admin_renames_it(alice_client: Client, organization: Organization) -> None:
    alice_client.post(f"{ADDRESS}/rename", {"name": "Zebra"})
    organization.refresh_from_db()
    assert organization.name == "Zebra"


def test_it_refuses_the_name_of_another(alice_client: Client, charlie: User) -> None:
    response = alice_client.post(f"{ADDRESS}/rename", {"name": "CHARLIE"})
    assert response.status_code == 422
    assert "exists already" in response.content.decode()


def test_a_member_may_not_rename_it(bob_client: Client, organization: Organization) -> None:
    assert bob_client.post(f"{ADDRESS}/rename", {"name": "Zebra"}).status_code == 403
    organization.refresh_from_db()
    assert organization.name == "alice"
