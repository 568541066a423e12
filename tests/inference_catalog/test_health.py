from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from inference_catalog import health
from inference_catalog.models import Provider


@pytest.fixture
def provider(db: None) -> Provider:
    return Provider.objects.create(slug="own", name="Own", base_url="http://127.0.0.1:9/v1")


def test_it_keeps_what_is_reported(provider: Provider) -> None:
    health.report(provider.pk, ok=False, detail="It closed the connection")
    provider.refresh_from_db()
    assert (provider.health, provider.health_detail) == ("down", "It closed the connection")


def test_what_is_no_news_is_not_written(provider: Provider, django_assert_num_queries: Any) -> None:
    health.report(provider.pk, ok=True)
    provider.refresh_from_db()
    with django_assert_num_queries(1):
        health.report(provider.pk, ok=True)
    checked = provider.checked_at
    provider.refresh_from_db()
    assert provider.checked_at == checked


def test_the_time_of_the_check_stays_fresh(provider: Provider) -> None:
    long_ago = timezone.now() - timedelta(minutes=1)
    Provider.objects.update(health="up", checked_at=long_ago)
    health.report(provider.pk, ok=True)
    provider.refresh_from_db()
    assert provider.checked_at is not None
    assert provider.checked_at > long_ago
