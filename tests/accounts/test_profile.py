"""Settings → Profile, with e-mail address and password."""

from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from accounts.models import User
from tests.conftest import PASSWORD


def test_a_person_changes_their_name(alice: User, alice_client: Client) -> None:
    alice_client.post("/settings", {"first_name": "Alice", "last_name": "Archer"})
    alice.refresh_from_db()
    assert alice.get_full_name() == "Alice Archer"
    assert "Alice Archer" in alice_client.get("/settings").content.decode()


def test_a_person_changes_nothing_else_that_way(alice: User, alice_client: Client) -> None:
    alice_client.post("/settings", {"first_name": "Alice", "username": "root", "is_staff": "on"})
    alice.refresh_from_db()
    assert (alice.username, alice.is_staff) == ("alice", False)


def test_a_person_changes_their_password_and_stays_signed_in(alice: User, alice_client: Client) -> None:
    new = "another phrase that nobody guesses"
    data = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    alice_client.post("/accounts/password/change/", data)
    alice.refresh_from_db()
    assert alice.check_password(new)
    assert alice_client.get("/settings").status_code == 200


def test_a_new_address_counts_once_it_is_confirmed(alice: User, alice_client: Client) -> None:
    EmailAddress.objects.create(user=alice, email=alice.email, primary=True, verified=True)
    alice_client.post("/accounts/email/", {"email": "new@example.com", "action_add": ""})
    alice.refresh_from_db()
    assert alice.email == "alice@example.com"
    assert mail.outbox[-1].to == ["new@example.com"]


def test_an_address_never_confirmed_can_be_replaced(alice: User, alice_client: Client) -> None:
    EmailAddress.objects.create(user=alice, email=alice.email, primary=True)
    alice_client.post("/accounts/email/", {"email": "new@example.com", "action_add": ""})
    page = alice_client.get("/accounts/email/").content.decode()
    assert "It becomes <strong>new@example.com</strong>" in page
