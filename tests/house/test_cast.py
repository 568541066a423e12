"""The stage itself: who is who, and that the curtain is down."""

import socket

import pytest
from django.test import Client

from accounts.models import Project, User


def test_alice_and_bob_share_a_project_that_charlie_cannot_see(
    project: Project, alice: User, bob: User, charlie: User
) -> None:
    assert Project.objects.for_user(alice).get() == project
    assert Project.objects.for_user(bob).get() == project
    assert project not in Project.objects.for_user(charlie)


def test_the_clients_are_signed_in(alice_client: Client, bob_client: Client, charlie_client: Client) -> None:
    for client in (alice_client, bob_client, charlie_client):
        assert "_auth_user_id" in client.session


def test_the_network_beyond_this_machine_is_out_of_reach() -> None:
    with socket.socket() as probe, pytest.raises(OSError, match="may not connect"):
        probe.connect(("192.0.2.1", 80))
