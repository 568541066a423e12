"""What is done again and again by whichever process claims it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q


class ChoreQuerySet(models.QuerySet["Chore"]):
    def due(self, now: datetime) -> Self:
        """Those whose time has come and that nobody is at."""
        return self.filter(Q(claimed_until=None) | Q(claimed_until__lt=now), due_at__lte=now)

    def claim(self, name: str, now: datetime, lease: timedelta) -> bool:
        """Whether it is the caller's alone until the lease is over, or it is put down."""
        return self.due(now).filter(name=name).update(claimed_until=now + lease) == 1


class Chore(models.Model):
    name = models.CharField(max_length=40, primary_key=True)
    due_at = models.DateTimeField()
    #: Whoever is at it has died if it is still there then.
    claimed_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    #: What went wrong the last time; "" if nothing did.
    error = models.CharField(max_length=300, blank=True)

    objects = ChoreQuerySet.as_manager()

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def put_down(self, *, done_at: datetime | None, due_at: datetime, error: str = "") -> None:
        """Unless the claim was over before the work, and another has taken it up."""
        mine = Chore.objects.filter(pk=self.pk, claimed_until=self.claimed_until)
        mine.update(claimed_until=None, due_at=due_at, error=error[:300], done_at=done_at or self.done_at)
