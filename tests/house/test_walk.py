"""Every address of ours, walked as a visitor, a stranger, a member and an admin, with objects that really exist."""

from collections.abc import AsyncIterable
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.test import Client
from django.urls import reverse

from accounts.access import Access
from accounts.models import Organization, Project, User
from tests.billing.usage.records import record, settle
from tests.conftest import signed_in
from tests.house.addresses import Address, addresses
from tests.house.samples import MARK, SAMPLES, House, Sample

OURS = [address for address in addresses() if hasattr(address.view, "access")]
NOTHING = Sample(lambda _house: {}, is_for_all=True)
every_address = pytest.mark.parametrize("address", OURS, ids=str)


@pytest.fixture
def house(project: Project, alice: User, bob: User) -> House:
    Organization.objects.filter(pk=project.team.organization_id).update(name=f"{MARK} organization")
    settle(record(alice, project, model=f"{MARK} model"))
    return House(project, alice, bob)


def sample_of(address: Address) -> Sample:
    return SAMPLES[address.name] if address.arguments else NOTHING


def walk(client: Client, address: Address, house: House) -> list[Any]:
    """What it answers to a look and to an empty form; methods it does not take are left out."""
    path = reverse(address.name, kwargs=sample_of(address).arguments(house))
    answers = [client.get(path), client.post(path)]
    taken = [answer for answer in answers if answer.status_code != 405]
    assert taken, f"{path} takes neither GET nor POST"
    return taken


def text_of(answer: Any) -> str:
    async def joined(parts: AsyncIterable[bytes]) -> bytes:
        return b"".join([part async for part in parts])

    return (async_to_sync(joined)(answer.streaming_content) if answer.streaming else answer.content).decode()


def test_every_address_with_arguments_has_a_sample_and_every_sample_an_address() -> None:
    assert {address.name for address in OURS if address.arguments} == set(SAMPLES)


@every_address
def test_a_visitor_is_sent_to_sign_in_unless_it_is_public(address: Address, house: House) -> None:
    for answer in walk(Client(), address, house):
        to_sign_in = answer.status_code == 302 and answer.headers["Location"].startswith(reverse("account_login"))
        assert to_sign_in == (address.view.access != Access.PUBLIC)


@every_address
def test_a_stranger_finds_nothing_of_the_house(address: Address, house: House, charlie: User) -> None:
    for answer in walk(signed_in(charlie), address, house):
        if not sample_of(address).is_for_all:
            assert answer.status_code == 404
        elif address.name != "invitation":
            assert MARK not in text_of(answer)


@every_address
def test_a_member_finds_what_is_for_members(address: Address, house: House) -> None:
    for answer in walk(signed_in(house.bob), address, house):
        if address.view.access == Access.ADMIN:
            assert answer.status_code == 403
        elif sample_of(address).is_private:
            assert answer.status_code == 404
        else:
            assert answer.status_code not in (401, 403, 500)


@every_address
def test_an_admin_finds_everything(address: Address, house: House) -> None:
    assert all(answer.status_code not in (401, 403, 500) for answer in walk(signed_in(house.alice), address, house))
