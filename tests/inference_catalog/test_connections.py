from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from inference_catalog import health
from inference_catalog.catalog_file import Catalog
from inference_catalog.connections import connections_of
from inference_catalog.models import Model, Provider
from inference_catalog.syncing import check, sync
from tests.inference_catalog.conftest import Upstream
from tests.model_ids import R1


@pytest.fixture
def r1(served: Catalog, upstream: Upstream, settings: Any) -> Model:
    """Served by the upstream and by the simulator."""
    settings.UPSTREAM_API_KEY, settings.SIMULATOR_BASE_URL = "a-secret", upstream.base_url
    sync(served)
    return Model.objects.get(model_id=R1)


def asked(model: Model) -> list[str]:
    return [connection.provider for connection in connections_of(model)]


def test_a_connection_says_all_that_a_caller_needs(r1: Model, upstream: Upstream) -> None:
    first = connections_of(r1)[0]
    provider = Provider.objects.get(slug="upstream")
    assert (first.provider_id, first.provider_name, first.is_simulated) == (provider.pk, "Upstream", False)
    assert (first.base_url, first.api_key, first.upstream_id) == (upstream.base_url, "a-secret", R1)
    assert "a-secret" not in repr(first)


def test_real_providers_are_asked_before_the_simulator(r1: Model) -> None:
    assert asked(r1) == ["upstream", "simulator"]


def test_who_was_just_found_down_is_asked_last(r1: Model) -> None:
    health.report(Provider.objects.get(slug="upstream").pk, ok=False, detail="It closed the connection")
    assert asked(r1) == ["simulator", "upstream"]


def test_who_answers_a_check_is_in_its_usual_place_at_once(r1: Model) -> None:
    health.report(Provider.objects.get(slug="upstream").pk, ok=False, detail="It closed the connection")
    check()
    assert asked(r1) == ["upstream", "simulator"]


def test_who_was_found_down_is_tried_again_after_a_rest(r1: Model) -> None:
    long_ago = timezone.now() - timedelta(minutes=1)
    Provider.objects.filter(slug="upstream").update(health="down", checked_at=long_ago)
    assert asked(r1) == ["upstream", "simulator"]


def test_who_is_found_up_is_asked_first_again(r1: Model) -> None:
    upstream = Provider.objects.get(slug="upstream").pk
    health.report(upstream, ok=False)
    health.report(upstream, ok=True)
    assert asked(r1) == ["upstream", "simulator"]


def test_a_key_is_still_read_after_the_secret_key_was_changed_with_a_fallback(r1: Model, settings: Any) -> None:
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "the next one"
    assert connections_of(r1)[0].api_key == "a-secret"


def test_a_provider_whose_key_cannot_be_read_is_left_out_and_says_why(r1: Model, settings: Any) -> None:
    settings.SECRET_KEY = "another one"
    assert asked(r1) == ["simulator"]
    assert "another SECRET_KEY" in Provider.objects.get(slug="upstream").health_detail


def test_a_provider_made_by_staff_says_so_too_when_it_is_checked(r1: Model, served: Catalog, settings: Any) -> None:
    Provider.objects.create(
        slug="own",
        name="Own",
        base_url="http://127.0.0.1:9/v1",
        encrypted_api_key=Provider.objects.get(slug="upstream").encrypted_api_key,
    )
    settings.SECRET_KEY = "another one"
    sync(served)
    assert "enter it again" in Provider.objects.get(slug="own").health_detail
