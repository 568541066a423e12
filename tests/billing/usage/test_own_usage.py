"""Settings → Usage shows everybody what they used, and nobody else's."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import User
from tests.billing.usage import seen
from tests.billing.usage.conftest import Use

pytestmark = pytest.mark.django_db


def test_a_member_sees_their_own_alone(bob_client: Client, use: Use, alice: User, bob: User) -> None:
    use(alice, cost=5)
    use(bob, cost=7)
    page = bob_client.get("/settings/usage?split=user").content.decode()
    assert list(seen.rows(page)) == [str(bob.pk)]
    assert seen.total(page).cost == sum(seen.bars(page).values()) == 7


def test_the_sheet_and_the_requests_are_their_own_too(bob_client: Client, use: Use, alice: User, bob: User) -> None:
    use(alice)
    own = use(bob)
    (line,) = seen.sheet(bob_client.get("/settings/usage.csv?split=user").content.decode())
    assert (line["id"], line["name"]) == (str(bob.pk), "bob")
    at = f"{own.ended_at:%Y-%m-%dT00:00}"
    listed = bob_client.get(f"/settings/usage/requests?since={at}&until=2100-01-01T00:00").content.decode()
    assert "24 months are shown at most" in listed
    until = f"{own.ended_at + timedelta(days=1):%Y-%m-%dT00:00}"
    listed = bob_client.get(f"/settings/usage/requests?since={at}&until={until}").content.decode()
    assert listed.count("data-request=") == 1


def test_somebody_elses_key_is_not_called_by_its_name(bob_client: Client, use: Use, alice: User) -> None:
    key = alice.api_keys.create(label="Zebra", prefix="lineup-abc", digest="made up")
    used = use(alice, api_key_id=key.pk)
    window = f"since={used.ended_at:%Y-%m-%dT00:00}&until={used.ended_at:%Y-%m-%dT23:00}"
    page = bob_client.get(f"/settings/usage/requests?{window}&split=key&value={key.pk}").content.decode()
    assert "Zebra" not in page
    assert "No requests ended in this time." in page
