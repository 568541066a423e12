"""Every address states who may open it, and means it."""

import pytest
from django.contrib.admin import site
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from accounts.access import Access
from tests.house.addresses import Address, addresses

#: django-allauth's own views and who may open them.
ALLAUTH = {
    "account_login": Access.PUBLIC,
    "account_logout": Access.PUBLIC,
    "account_signup": Access.PUBLIC,
    "account_inactive": Access.PUBLIC,
    "account_reauthenticate": Access.SIGNED_IN,
    "account_change_password": Access.SIGNED_IN,
    "account_set_password": Access.SIGNED_IN,
    "account_email": Access.SIGNED_IN,
    "account_email_verification_sent": Access.PUBLIC,
    "account_confirm_email": Access.PUBLIC,
    "account_confirm_login_code": Access.PUBLIC,
    "account_reset_password": Access.PUBLIC,
    "account_reset_password_done": Access.PUBLIC,
    "account_reset_password_from_key": Access.PUBLIC,
    "account_reset_password_from_key_done": Access.PUBLIC,
}


def is_allauths(address: Address) -> bool:
    return address.module.startswith("allauth.")


def is_staffs(address: Address) -> bool:
    """Django's admin, which asks for a staff member at every page of its own."""
    return address.space == "admin"


OURS = [address for address in addresses() if not is_allauths(address) and not is_staffs(address)]
CLOSED = [address for address in OURS if getattr(address.view, "access", None) != Access.PUBLIC]
ADMINS = [address for address in OURS if getattr(address.view, "access", None) == Access.ADMIN]


def test_every_address_of_ours_states_its_rule() -> None:
    assert [address.name for address in OURS if not isinstance(getattr(address.view, "access", None), Access)] == []


def test_every_address_has_a_name() -> None:
    assert [address.view for address in OURS if not address.name] == []


def test_every_address_of_allauth_is_accounted_for() -> None:
    assert {address.name for address in addresses() if is_allauths(address)} == set(ALLAUTH)


@pytest.mark.parametrize("address", CLOSED, ids=str)
@pytest.mark.parametrize("method", ["get", "post"])
def test_somebody_who_is_not_signed_in_is_sent_to_sign_in(
    client: Client, db: None, address: Address, method: str
) -> None:
    response = getattr(client, method)(address.path)
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("address", ADMINS, ids=str)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_member_cannot_open_what_is_for_admins(bob_client: Client, address: Address, method: str) -> None:
    assert getattr(bob_client, method)(address.path).status_code in (403, 405)


@pytest.mark.parametrize("name", [name for name, access in ALLAUTH.items() if access == Access.SIGNED_IN])
def test_allauth_asks_to_sign_in_too(client: Client, db: None, name: str) -> None:
    assert client.get(reverse(name)).status_code == 302


@pytest.mark.parametrize("model", list(site._registry), ids=lambda model: model._meta.label)
@pytest.mark.parametrize("page", ["changelist", "add"])
def test_the_staffs_pages_are_for_staff(alice_client: Client, model: type[Model], page: str) -> None:
    response = alice_client.get(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("admin:login"))
