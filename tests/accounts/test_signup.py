"""Signing up, and what a new person finds."""

import pytest
from django.core import mail
from django.test import Client, override_settings

from accounts.models import Membership, Project, Team, User
from accounts.signup import welcome

PASSWORD = "a phrase that nobody guesses"
ADDRESS = "/accounts/signup/"


def sign_up(client: Client, username: str = "dora", **more: str) -> User | None:
    client.post(ADDRESS, {"username": username, "password1": PASSWORD, "password2": PASSWORD, **more})
    return User.objects.filter(username=username).first()


@pytest.mark.django_db
def test_it_shows_a_form() -> None:
    assert "Sign up" in Client().get(ADDRESS).content.decode()


@pytest.mark.django_db
def test_a_new_person_gets_an_organization_a_team_and_a_project() -> None:
    dora = sign_up(Client())
    assert dora is not None
    membership = dora.memberships.get()
    assert membership.role == Membership.Role.ADMIN
    assert membership.organization.name == "dora"
    assert Project.objects.for_user(dora).get().path == "dora/playground"


@pytest.mark.django_db
def test_it_signs_in_and_goes_where_the_person_wanted_to_go() -> None:
    client = Client()
    data = {"username": "dora", "password1": PASSWORD, "password2": PASSWORD, "next": "/settings/api-keys"}
    response = client.post(ADDRESS, data)
    assert response.headers["Location"] == "/settings/api-keys"
    assert "_auth_user_id" in client.session


@pytest.mark.django_db
def test_an_address_is_optional_and_asked_to_be_confirmed_when_given() -> None:
    dora = sign_up(Client(), email="dora@example.com")
    assert dora is not None
    assert dora.email == "dora@example.com"
    assert "/accounts/confirm-email/" in mail.outbox[0].body


@pytest.mark.parametrize("username", ["alice", "ALICE"])
def test_it_refuses_a_name_that_is_taken_in_any_case(alice: User, username: str) -> None:
    sign_up(Client(), username)
    assert User.objects.filter(username__iexact=username).get() == alice


@pytest.mark.django_db
def test_it_refuses_a_common_password() -> None:
    Client().post(ADDRESS, {"username": "dora", "password1": "password", "password2": "password"})
    assert not User.objects.filter(username="dora").exists()


def test_it_does_not_tell_that_somebody_has_an_account_with_an_address(alice: User) -> None:
    known = Client().post(ADDRESS, {"username": "dora", "email": alice.email, "password1": PASSWORD, "password2": "x"})
    unknown = Client().post(ADDRESS, {"username": "dora", "email": "n@e.org", "password1": PASSWORD, "password2": "x"})
    assert known.content.decode().replace(alice.email, "n@e.org").count("error") == unknown.content.decode().count(
        "error"
    )
    assert sign_up(Client(), email=alice.email) is not None


@pytest.mark.parametrize(
    ("username", "path"),
    [
        ("inference", "inference-2/playground"),
        ("v1", "v1-2/playground"),
        ("zoë@example", "zoe-example/playground"),
        ("日本", "team-2/playground"),
        ("-.-", "team-2/playground"),
        ("x" * 150, "x" * 64 + "/playground"),
    ],
)
def test_a_personal_team_has_a_name_that_can_be_an_address(db: None, username: str, path: str) -> None:
    assert welcome(User.objects.create(username=username)).path == path


def test_a_personal_team_steps_aside_for_a_team_of_another_case(team: Team) -> None:
    assert welcome(User.objects.create(username="ALICE@home")).path == "ALICE-home/playground"
    assert welcome(User.objects.create(username="Alice.")).path == "Alice-2/playground"


def test_organization_and_team_can_be_named(db: None) -> None:
    project = welcome(User.objects.create(username="admin"), organization="Local", team="local")
    assert (project.team.organization.name, project.path) == ("Local", "local/playground")


@pytest.mark.django_db
def test_where_addresses_are_required_it_waits_for_the_confirmation() -> None:
    required = {
        "ACCOUNT_SIGNUP_FIELDS": ["username*", "email*", "password1*", "password2*"],
        "ACCOUNT_EMAIL_VERIFICATION": "mandatory",
    }
    client = Client()
    with override_settings(**required):
        assert sign_up(client) is None
        assert sign_up(client, email="dora@example.com") is not None
        assert "_auth_user_id" not in client.session
        link = str(mail.outbox[0].body).split("http://testserver")[1].split()[0]
        client.post(link)
        client.post("/accounts/login/", {"login": "dora", "password": PASSWORD})
    assert "_auth_user_id" in client.session
