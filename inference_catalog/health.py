"""Whether providers can be reached, as those who talk to them report it."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from inference_catalog.models import Provider

#: What is known already is written again after this long, so that "checked" stays true.
REPEATED_EVERY = timedelta(seconds=10)


def report(provider_id: uuid.UUID, ok: bool, detail: str = "") -> None:
    """Cheap enough for every completion: what is no news is not written."""
    now = timezone.now()
    found = {"health": Provider.Health.UP if ok else Provider.Health.DOWN, "health_detail": detail[:300]}
    is_news = ~Q(**found) | Q(checked_at=None) | Q(checked_at__lt=now - REPEATED_EVERY)
    Provider.objects.filter(is_news, pk=provider_id).update(**found, checked_at=now)
