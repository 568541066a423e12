"""Pages that say what went wrong, in a sentence."""

import pytest
from django.template.loader import render_to_string
from django.test import Client


def test_a_missing_page_says_why_it_may_be_missing(alice_client: Client) -> None:
    response = alice_client.get("/nobody/nothing")
    assert response.status_code == 404
    assert "belongs to an organization that you are not in" in response.content.decode()


def test_a_missing_role_is_named(bob_client: Client) -> None:
    response = bob_client.get("/settings/invitations")
    assert response.status_code == 403
    assert "Only admins" in response.content.decode()


@pytest.mark.django_db
def test_an_old_form_is_explained() -> None:
    response = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "alice"})
    assert response.status_code == 403
    assert "reload the page" in response.content.decode()


@pytest.mark.parametrize("name", ["400", "500"])
def test_a_page_that_knows_nothing_of_the_request_renders_too(name: str) -> None:
    assert "data-sentence" in render_to_string(f"{name}.html")
