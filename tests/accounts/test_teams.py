"""Settings → Teams, and the names a team may have."""

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import Organization, Team
from accounts.slugs import RESERVED

ADDRESS = "/settings/teams"


def test_an_admin_makes_a_team(alice_client: Client, organization: Organization) -> None:
    alice_client.post(f"{ADDRESS}/new", {"slug": "research"})
    assert organization.teams.filter(slug="research").exists()
    assert "research" in alice_client.get(ADDRESS).content.decode()


@pytest.mark.parametrize("name", ["inference", "Playground", "BILLING", "v1", "traces", "graphql"])
def test_it_refuses_a_path_of_the_product(alice_client: Client, name: str) -> None:
    response = alice_client.post(f"{ADDRESS}/new", {"slug": name})
    assert response.status_code == 422
    assert "is a path of this product; choose another name." in response.content.decode()


@pytest.mark.parametrize("name", ["", ".hidden", "a/b", "a b", "-dash", "ümlaut", "x" * 65])
def test_it_refuses_what_cannot_be_an_address(alice_client: Client, name: str) -> None:
    assert alice_client.post(f"{ADDRESS}/new", {"slug": name}).status_code == 422


@pytest.mark.parametrize("name", ["charlie", "CHARLIE"])
@pytest.mark.usefixtures("charlie")
def test_it_refuses_a_name_that_is_taken_in_any_case(alice_client: Client, name: str) -> None:
    response = alice_client.post(f"{ADDRESS}/new", {"slug": name})
    assert "exists already" in response.content.decode()
    assert Team.objects.filter(slug__iexact="charlie").count() == 1


def test_a_member_may_not_make_one(bob_client: Client) -> None:
    assert bob_client.post(f"{ADDRESS}/new", {"slug": "research"}).status_code == 403


def _first_segments(patterns: list[URLPattern | URLResolver]) -> set[str]:
    found: set[str] = set()
    for pattern in patterns:
        route = str(pattern.pattern)
        if route == "" and isinstance(pattern, URLResolver):
            found |= _first_segments(pattern.url_patterns)
        elif not route.startswith("<"):
            found.add(route.lstrip("^").partition("/")[0])
    return found


def test_every_address_of_ours_is_reserved() -> None:
    assert _first_segments(get_resolver().url_patterns) - {""} <= RESERVED
