"""What the nightly proof of the books found, and when."""

from __future__ import annotations

from django.db import models

from common.ids import uuid7


class ReconciliationQuerySet(models.QuerySet["Reconciliation"]):
    def latest_finished(self) -> Reconciliation | None:
        return self.exclude(finished_at=None).order_by("-started_at").first()


class Reconciliation(models.Model):
    """One run over all invariants."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    #: The invariants that were looked at, by their codes.
    checked = models.JSONField(default=list)

    objects = ReconciliationQuerySet.as_manager()

    class Meta:
        ordering = ("-started_at",)
        indexes = (models.Index(fields=("-started_at",), name="reconciliations_by_start"),)

    def __str__(self) -> str:
        return f"Reconciliation of {self.started_at:%Y-%m-%d %H:%M}"


class Finding(models.Model):
    """An invariant that an account breaks."""

    reconciliation = models.ForeignKey(Reconciliation, models.CASCADE, related_name="findings")
    #: Of the organization; empty where it is about the server as a whole.
    account_id = models.UUIDField(null=True)
    invariant = models.CharField(max_length=2)
    sentence = models.CharField(max_length=200)
    #: How many rows, and one of them.
    rows = models.PositiveBigIntegerField()
    example = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ("invariant", "sentence")

    def __str__(self) -> str:
        return f"{self.invariant}: {self.sentence} ({self.rows})"
