"""What calls found out about providers."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from inference_catalog.models import Provider

#: A state that did not change is written down again after this long.
REPEATED_EVERY = timedelta(seconds=10)


def report(provider_id: uuid.UUID, ok: bool, detail: str = "") -> None:
    now = timezone.now()
    health = Provider.Health.UP if ok else Provider.Health.DOWN
    is_news = ~Q(health=health) | Q(checked_at=None) | Q(checked_at__lt=now - REPEATED_EVERY)
    Provider.objects.filter(is_news, pk=provider_id).update(health=health, health_detail=detail[:300], checked_at=now)
