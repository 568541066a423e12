"""The forecast is made of full days, where there are enough of them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from billing.usage.forecast import forecast
from billing.usage.reading import Scope
from common.money import PICO
from tests.billing.usage.conftest import Use
from tests.billing.usage.records import moment

pytestmark = pytest.mark.django_db
NOW = moment("2026-04-11 00:00:00")


def spend(use: Use, *dollars: int) -> Scope:
    """On the days before NOW, the last one last."""
    for back, amount in enumerate(reversed(dollars), 1):
        made = use(at=NOW - timedelta(days=back), cost=amount * PICO)
    return Scope(made.organization_id)


def test_equal_days_go_on_without_a_band(use: Use) -> None:
    found = forecast(spend(use, *[3] * 10), NOW)
    assert found
    assert (found.spent, found.expected) == (30 * PICO, 90 * PICO)
    assert found.least == found.most == found.expected


def test_days_that_vary_have_a_band_above_what_is_spent_already(use: Use) -> None:
    found = forecast(spend(use, 1, 9, 1, 9, 1, 9, 1), NOW)
    assert found
    assert found.spent <= found.least < found.expected < found.most


def test_days_before_the_first_are_not_days_of_nothing(use: Use) -> None:
    found = forecast(spend(use, 4, 4, 4), NOW)
    assert found
    assert (found.days, found.pace) == (3, 4 * PICO)


def test_two_days_tell_nothing(use: Use) -> None:
    assert forecast(spend(use, 4, 4), NOW) is None


def test_a_page_of_what_is_over_or_of_tokens_has_none(alice_client: Client, use: Use) -> None:
    for back in range(1, 5):
        use(at=timezone.now() - timedelta(days=back), cost=PICO)
    assert "Run rate" in alice_client.get("/billing/usage").content.decode()
    for query in ("range=last-month", "measure=tokens"):
        assert "Run rate" not in alice_client.get(f"/billing/usage?{query}").content.decode()
