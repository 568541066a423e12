"""Projects: made, listed, chosen, reached by their address."""

from django.test import Client

from accounts.authentication import caller_for
from accounts.models import Project, Team, User

ADDRESS = "/settings/projects"


def current(client: Client) -> str:
    return str(Project.objects.get(pk=client.session["project"]))


def test_a_member_makes_a_project_and_is_in_it(bob_client: Client, team: Team) -> None:
    bob_client.post(f"{ADDRESS}/new", {"team": team.pk, "slug": "second"})
    assert current(bob_client) == "alice/second"


def test_it_refuses_a_team_of_strangers(charlie_client: Client, team: Team) -> None:
    response = charlie_client.post(f"{ADDRESS}/new", {"team": team.pk, "slug": "second"})
    assert response.status_code == 422
    assert not team.projects.filter(slug="second").exists()


def test_it_refuses_a_name_twice_in_one_team(alice_client: Client, team: Team) -> None:
    assert alice_client.post(f"{ADDRESS}/new", {"team": team.pk, "slug": "playground"}).status_code == 422


def test_the_sidebar_switches_the_project(alice_client: Client, team: Team) -> None:
    second = Project.objects.create(team=team, slug="second")
    response = alice_client.post("/switch", {"project": second.pk, "section": "settings"})
    assert response.headers["Location"] == ADDRESS
    assert current(alice_client) == "alice/second"


def test_switching_leads_to_the_playground_from_anywhere_else(alice_client: Client, project: Project) -> None:
    response = alice_client.post("/switch", {"project": project.pk, "section": "https://elsewhere.example"})
    assert response.headers["Location"] == "/playground"


def test_nobody_switches_to_a_project_of_strangers(charlie_client: Client, project: Project) -> None:
    assert charlie_client.post("/switch", {"project": project.pk}).status_code == 404
    assert "project" not in charlie_client.session


def test_switching_needs_a_post(alice_client: Client) -> None:
    assert alice_client.get("/switch").status_code == 405


def test_its_address_opens_it_in_the_playground(alice_client: Client, team: Team) -> None:
    Project.objects.create(team=team, slug="second")
    assert alice_client.get("/alice/second").headers["Location"] == "/playground"
    assert current(alice_client) == "alice/second"


def test_a_stranger_finds_nothing_at_its_address(charlie_client: Client, project: Project) -> None:
    assert charlie_client.get(f"/{project.path}").status_code == 404
    assert charlie_client.get("/nobody/nothing").status_code == 404


def test_a_project_that_was_lost_is_no_longer_current(bob: User, bob_client: Client, project: Project) -> None:
    bob_client.get(f"/{project.path}")
    bob.memberships.all().delete()
    assert bob_client.get(ADDRESS).headers["Location"] == f"{ADDRESS}/new"
    assert "You belong to no organization" in bob_client.get(f"{ADDRESS}/new").content.decode()


def traces_calls(project: Project) -> bool:
    project.refresh_from_db()
    return project.traces_calls


def test_an_admin_has_api_calls_traced_and_not_any_more(alice_client: Client, project: Project) -> None:
    page = alice_client.post(f"{ADDRESS}/{project.pk}/trace-calls", {"on": "true"}, follow=True).content.decode()
    assert traces_calls(project)
    assert f"API calls of {project.path} are traced now." in page
    alice_client.post(f"{ADDRESS}/{project.pk}/trace-calls", {"on": "false"})
    assert not traces_calls(project)


def test_a_member_sees_whether_api_calls_are_traced_and_changes_nothing(bob_client: Client, project: Project) -> None:
    assert "Not traced" in bob_client.get(ADDRESS).content.decode()
    assert bob_client.post(f"{ADDRESS}/{project.pk}/trace-calls", {"on": "true"}).status_code == 403
    assert not traces_calls(project)


def test_a_stranger_s_admin_changes_nothing_here(charlie_client: Client, project: Project) -> None:
    assert charlie_client.post(f"{ADDRESS}/{project.pk}/trace-calls", {"on": "true"}).status_code == 404
    assert not traces_calls(project)


def test_a_key_knows_at_once_what_its_project_wants(alice_client: Client, project: Project, alice_key: str) -> None:
    assert not caller_for(alice_key).traces_calls
    alice_client.post(f"{ADDRESS}/{project.pk}/trace-calls", {"on": "true"})
    assert caller_for(alice_key).traces_calls
