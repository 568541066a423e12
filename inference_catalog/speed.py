"""How fast models are here: what the engine measures, kept as histograms by the hour, read as medians of a day."""

from __future__ import annotations

import math
import uuid
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import F, Sum
from django.utils import timezone

from inference_catalog.models import Speed

#: Neighbouring buckets are 4 % apart, so a median is off by 2 % at most.
STEP = math.log(1.04)
DAY = timedelta(hours=24)

_process = uuid.uuid4()


@dataclass(frozen=True, slots=True)
class Medians:
    ttft_ms: int | None = None
    tokens_per_second: float | None = None
    samples: int = 0


def report(model_id: str, *, ttft_ms: float | None, tokens_per_second: float | None) -> None:
    """Counts one completion; at most two small writes. `model_id` is the ID of the API."""
    _count(model_id, Speed.Measure.TTFT, ttft_ms)
    _count(model_id, Speed.Measure.RATE, tokens_per_second)


def _count(model_id: str, measure: str, value: float | None) -> None:
    if value is None or value <= 0:
        return
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    row = {"model": model_id, "hour": hour, "measure": measure, "bucket": _bucket(value), "process": _process}
    if not Speed.objects.filter(**row).update(samples=F("samples") + 1):
        Speed.objects.create(**row, samples=1)


def medians() -> dict[str, Medians]:
    """By model ID, of the last day; models that nobody asked are not among them."""
    counted: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    recent = Speed.objects.filter(hour__gt=timezone.now() - DAY)
    rows = recent.values_list("model", "measure", "bucket").annotate(Sum("samples")).order_by("bucket")
    for model, measure, bucket, samples in rows:
        counted[model, measure].append((bucket, samples))
    return {model: _medians(counted, model) for model in {model for model, _ in counted}}


def _medians(counted: dict[tuple[str, str], list[tuple[int, int]]], model: str) -> Medians:
    first_tokens, rates = counted[model, Speed.Measure.TTFT], counted[model, Speed.Measure.RATE]
    ttft = _median(first_tokens)
    return Medians(
        ttft_ms=None if ttft is None else round(ttft),
        tokens_per_second=_median(rates),
        samples=max(sum(samples for _, samples in histogram) for histogram in (first_tokens, rates)),
    )


def _median(histogram: list[tuple[int, int]]) -> float | None:
    half, seen = sum(samples for _, samples in histogram) / 2, 0
    for bucket, samples in histogram:
        seen += samples
        if seen >= half:
            return math.exp(bucket * STEP)
    return None


def _bucket(value: float) -> int:
    return round(math.log(value) / STEP)


def prune() -> None:
    """Forgets what no median reads any more."""
    Speed.objects.filter(hour__lt=timezone.now() - 2 * DAY).delete()
