from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F

from inference_catalog import speed
from inference_catalog.models import Speed
from tests.model_ids import PHI, R1

pytestmark = pytest.mark.django_db


def test_it_gives_the_medians_of_what_was_reported() -> None:
    for ttft, rate in ((100, 20), (200, 40), (9_000, 400)):
        speed.report(PHI, ttft_ms=ttft, tokens_per_second=rate)
    medians = speed.medians()[PHI]
    assert medians.samples == 3
    assert medians.ttft_ms == pytest.approx(200, rel=0.02)
    assert medians.tokens_per_second == pytest.approx(40, rel=0.02)


def test_models_do_not_mix() -> None:
    speed.report(PHI, ttft_ms=100, tokens_per_second=200)
    speed.report(R1, ttft_ms=900, tokens_per_second=30)
    assert speed.medians()[R1].ttft_ms == pytest.approx(900, rel=0.02)


def test_what_is_not_known_is_not_counted() -> None:
    speed.report(PHI, ttft_ms=100, tokens_per_second=None)
    speed.report(R1, ttft_ms=None, tokens_per_second=0)
    assert speed.medians()[PHI].tokens_per_second is None
    assert R1 not in speed.medians()


def test_what_is_older_than_a_day_does_not_count_and_is_forgotten() -> None:
    speed.report(PHI, ttft_ms=100, tokens_per_second=20)
    Speed.objects.update(hour=F("hour") - timedelta(days=3))
    assert speed.medians() == {}
    speed.prune()
    assert not Speed.objects.exists()


def test_a_report_costs_two_small_writes(django_assert_num_queries: Any) -> None:
    speed.report(PHI, ttft_ms=100, tokens_per_second=20)
    with django_assert_num_queries(2):
        speed.report(PHI, ttft_ms=100, tokens_per_second=20)
