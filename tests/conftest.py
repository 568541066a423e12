"""The cast and the stage of all tests.

Alice is the admin of an organization, Bob a member of it, Charlie a stranger with an organization of his own.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import ApiKey, Membership, Organization, Project, Team, User

PASSWORD = "a phrase that nobody guesses"


def is_local(address: Any) -> bool:
    """A Unix socket, or this machine's loopback."""
    if not isinstance(address, tuple):
        return True
    host = str(address[0])
    return host == "localhost" or ipaddress.ip_address(host.partition("%")[0]).is_loopback


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Upstreams are real servers on this machine; nothing else is ever called."""

    def guarded(connect: Callable[..., Any]) -> Callable[..., Any]:
        def local_only(self: socket.socket, address: Any) -> Any:
            if not is_local(address):
                raise OSError(f"tests may not connect to {address}")
            return connect(self, address)

        return local_only

    monkeypatch.setattr(socket.socket, "connect", guarded(socket.socket.connect))
    monkeypatch.setattr(socket.socket, "connect_ex", guarded(socket.socket.connect_ex))


@pytest.fixture(autouse=True)
def _fresh_cache() -> Iterator[None]:
    """Counters of login attempts and the like end with the test."""
    yield
    cache.clear()


def person(name: str) -> User:
    return User.objects.create_user(name, email=f"{name}@example.com", password=PASSWORD)


def house_of(user: User) -> Project:
    """An organization with `user` as its admin, a team of their name and its project `playground`."""
    organization = Organization.objects.create(name=f"{user.username.title()}'s organization")
    Membership.objects.create(organization=organization, user=user, role=Membership.Role.ADMIN)
    team = Team.objects.create(organization=organization, slug=user.username)
    return Project.objects.create(team=team, slug="playground")


@pytest.fixture
def project(db: None) -> Project:
    """alice/playground."""
    return house_of(person("alice"))


@pytest.fixture
def team(project: Project) -> Team:
    return project.team


@pytest.fixture
def organization(team: Team) -> Organization:
    return team.organization


@pytest.fixture
def alice(organization: Organization) -> User:
    return organization.members.get(username="alice")


@pytest.fixture
def bob(organization: Organization) -> User:
    user = person("bob")
    Membership.objects.create(organization=organization, user=user)
    return user


@pytest.fixture
def charlie(db: None) -> User:
    user = person("charlie")
    house_of(user)
    return user


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def alice_client(alice: User) -> Client:
    return signed_in(alice)


@pytest.fixture
def bob_client(bob: User) -> Client:
    return signed_in(bob)


@pytest.fixture
def charlie_client(charlie: User) -> Client:
    return signed_in(charlie)


@pytest.fixture
def alice_key(alice: User, project: Project) -> str:
    """The secret of an API key of Alice's, for the project alice/playground."""
    return ApiKey.objects.issue(user=alice, project=project, label="test")[1]
