"""Billing → Usage shows an organization's admins what was used."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.billing.usage.conftest import Use

pytestmark = pytest.mark.django_db


def test_it_shows_a_request_that_was_just_settled(alice_client: Client, use: Use) -> None:
    use()
    assert 'data-amount="980"' in alice_client.get("/billing/usage").content.decode()
