"""What was used: a record of each completion, and the sums of hours, days and months."""

from __future__ import annotations

from django.db import models

from billing.usage.reading import UsageRecordQuerySet, UsageSumsQuerySet


class UsageRecord(models.Model):
    """One row a completion: who, what, how much, how sure. Append-only."""

    class Outcome(models.TextChoices):
        COMPLETED = "completed", "Completed"
        STOPPED = "stopped", "Stopped"
        FAILED = "failed", "Failed"

    class Certainty(models.TextChoices):
        REPORTED = "reported", "Reported by the provider"
        ESTIMATED = "estimated", "Estimated here"
        CHECKPOINT = "checkpoint", "Estimated from the last checkpoint"

    #: The completion's id, which is the reservation's.
    id = models.UUIDField(primary_key=True)
    organization_id = models.UUIDField()
    project_id = models.UUIDField()
    user_id = models.BigIntegerField()
    api_key_id = models.UUIDField(null=True)
    model = models.CharField(max_length=200)
    offering_id = models.UUIDField()
    provider = models.CharField(max_length=50)
    is_simulated = models.BooleanField(default=False)
    door = models.CharField(max_length=20)
    client = models.CharField(max_length=200, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome)
    #: HTTP's, as the caller of the API was answered; empty where nobody was: in the browser, or when the caller left.
    status = models.PositiveSmallIntegerField(null=True)
    error_code = models.CharField(max_length=60, blank=True)
    finish_reason = models.CharField(max_length=30, blank=True)
    certainty = models.CharField(max_length=10, choices=Certainty)
    prompt_tokens = models.PositiveIntegerField()
    cached_tokens = models.PositiveIntegerField(default=0)
    completion_tokens = models.PositiveIntegerField()
    reasoning_tokens = models.PositiveIntegerField(default=0)
    input_price = models.BigIntegerField()
    cached_input_price = models.BigIntegerField()
    output_price = models.BigIntegerField()
    #: Pico-USD.
    cost = models.BigIntegerField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    #: From admission to the first token, in milliseconds; empty if none came.
    ttft_ms = models.PositiveIntegerField(null=True)
    duration_ms = models.PositiveIntegerField()

    objects = UsageRecordQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=("organization_id", "ended_at"), name="usage_by_organization"),
            models.Index(fields=("project_id", "ended_at"), name="usage_by_project"),
            models.Index(fields=("organization_id", "model", "ended_at"), name="usage_by_model"),
            models.Index(fields=("organization_id", "user_id", "ended_at"), name="usage_by_user"),
            models.Index(fields=("organization_id", "api_key_id", "ended_at"), name="usage_by_key"),
        )

    def __str__(self) -> str:
        return f"{self.model} {self.outcome}"


def _one_row(period: str) -> models.UniqueConstraint:
    """Organization and time first: this is the index that pages read by."""
    fields = ("organization_id", period, "project_id", "user_id", "api_key_id", "model")
    return models.UniqueConstraint(fields=fields, name=f"one_row_per_{period}_and_key")


class UsageSums(models.Model):
    """What was used, summed by who used what in one hour, day or month (UTC)."""

    organization_id = models.UUIDField()
    project_id = models.UUIDField()
    user_id = models.BigIntegerField()
    #: The nil UUID for people in the browser: NULL would never meet itself in a unique index.
    api_key_id = models.UUIDField()
    model = models.CharField(max_length=200)
    requests = models.PositiveBigIntegerField(default=0)
    errors = models.PositiveBigIntegerField(default=0)
    prompt_tokens = models.PositiveBigIntegerField(default=0)
    cached_tokens = models.PositiveBigIntegerField(default=0)
    completion_tokens = models.PositiveBigIntegerField(default=0)
    cost = models.BigIntegerField(default=0)

    objects = UsageSumsQuerySet.as_manager()

    class Meta:
        abstract = True


class UsageHour(UsageSums):
    """Usage of one hour, kept by settlement itself, in the same transaction as the records it sums."""

    hour = models.DateTimeField()

    class Meta:
        constraints = (_one_row("hour"),)

    def __str__(self) -> str:
        return f"{self.model} in the hour of {self.hour:%Y-%m-%d %H}"


class UsageDay(UsageSums):
    """The hours of one day; triggers of the database carry every change of an hour on to it."""

    day = models.DateTimeField()

    class Meta:
        constraints = (_one_row("day"),)

    def __str__(self) -> str:
        return f"{self.model} on {self.day:%Y-%m-%d}"


class UsageMonth(UsageSums):
    """The hours of one month; triggers of the database carry every change of an hour on to it."""

    month = models.DateTimeField()

    class Meta:
        constraints = (_one_row("month"),)

    def __str__(self) -> str:
        return f"{self.model} in {self.month:%Y-%m}"
