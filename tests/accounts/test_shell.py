"""The shell around every page."""

from django.test import Client

from accounts.models import Project, Team


def test_home_leads_to_the_models(alice_client: Client) -> None:
    assert alice_client.get("/").headers["Location"] == "/inference"


def test_it_asks_a_visitor_to_sign_in_first(db: None) -> None:
    assert Client().get("/").headers["Location"] == "/accounts/login/?next=/"


def test_it_names_the_project_and_marks_the_page(alice_client: Client) -> None:
    page = alice_client.get("/settings").content.decode()
    assert "alice/playground" in page
    assert 'aria-current="page"' in page
    assert 'href="#page"' in page


def test_it_offers_only_projects_of_ones_own(charlie_client: Client, project: Project) -> None:
    assert "alice/" not in charlie_client.get("/settings").content.decode()


def test_many_projects_can_be_searched(alice_client: Client, team: Team) -> None:
    assert "Find a project" not in alice_client.get("/settings").content.decode()
    Project.objects.bulk_create(Project(team=team, slug=f"number-{number}") for number in range(8))
    assert "Find a project" in alice_client.get("/settings").content.decode()


def test_invitations_are_offered_to_admins_alone(alice_client: Client, bob_client: Client) -> None:
    assert "/settings/invitations" in alice_client.get("/settings").content.decode()
    assert "/settings/invitations" not in bob_client.get("/settings").content.decode()


def test_the_site_administration_is_offered_to_staff_alone(alice_client: Client) -> None:
    assert "/staff/" not in alice_client.get("/settings").content.decode()
