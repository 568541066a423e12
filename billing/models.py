"""What it costs: an organization's account, what running requests hold of it, and what each request used."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Organization
from common.ids import uuid7


class Plan(models.Model):
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=50)

    def __str__(self) -> str:
        return self.name


class Account(models.Model):
    """Pico-USD. The row that admission and settlement lock, so that money and slots are decided one at a time."""

    organization = models.OneToOneField(Organization, models.PROTECT, primary_key=True, related_name="account")
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="accounts")
    #: All grants less all usage.
    settled = models.BigIntegerField(default=0)
    #: The worst case of all running reservations.
    held = models.BigIntegerField(default=0)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(held__gte=0), name="held_is_never_negative"),)

    def __str__(self) -> str:
        return f"Account of {self.organization}"

    @property
    def available(self) -> int:
        return self.settled - self.held


class Grant(models.Model):
    """Credits given to an organization; immutable."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="grants")
    #: Pico-USD.
    amount = models.BigIntegerField()
    note = models.CharField(max_length=200, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return f"{self.amount} pico-USD for {self.account}"


class Process(models.Model):
    """A server process that streams completions; silent for too long, it is dead and its reservations are closed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    host = models.CharField(max_length=200)
    pid = models.PositiveIntegerField()
    started_at = models.DateTimeField(default=timezone.now)
    heartbeat_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.pid} on {self.host}"


class Reservation(models.Model):
    """One admitted request: it holds its worst-case cost and its slot until it ends, exactly once.

    Its id is the completion's. Ids of other apps' rows are kept without constraints on purpose: the books outlive them.
    """

    class State(models.TextChoices):
        RUNNING = "running", "Running"
        SETTLED = "settled", "Settled"
        VOIDED = "voided", "Voided"
        EXPIRED = "expired", "Expired"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="reservations")
    process = models.UUIDField(db_index=True)
    project_id = models.UUIDField()
    user_id = models.BigIntegerField()
    api_key_id = models.UUIDField(null=True)
    model = models.CharField(max_length=200)
    offering_id = models.UUIDField()
    provider = models.CharField(max_length=50)
    is_simulated = models.BooleanField(default=False)
    door = models.CharField(max_length=20)
    client = models.CharField(max_length=200, blank=True)
    #: The price at admission, micro-USD per 1M tokens: what the request is charged, whatever changes meanwhile.
    input_price = models.BigIntegerField()
    cached_input_price = models.BigIntegerField()
    output_price = models.BigIntegerField()
    #: Pico-USD held.
    amount = models.BigIntegerField()
    prompt_estimate = models.PositiveIntegerField()
    output_limit = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    created_at = models.DateTimeField(default=timezone.now)
    #: What had been delivered when it was last written down; billed from if the process dies.
    checkpoint_output = models.PositiveIntegerField(null=True)
    checkpoint_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=("project_id",), condition=Q(state="running"), name="running_by_project"),
            models.Index(fields=("user_id",), condition=Q(state="running"), name="running_by_user"),
        )

    def __str__(self) -> str:
        return f"{self.model} {self.state}"


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

    class Meta:
        indexes = (
            models.Index(fields=("organization_id", "ended_at"), name="usage_by_organization"),
            models.Index(fields=("project_id", "ended_at"), name="usage_by_project"),
            models.Index(fields=("model", "ended_at"), name="usage_by_model"),
        )

    def __str__(self) -> str:
        return f"{self.model} {self.outcome}"


class UsageHour(models.Model):
    """Usage of one hour, kept by settlement itself, in the same transaction as the records it sums."""

    hour = models.DateTimeField()
    organization_id = models.UUIDField()
    project_id = models.UUIDField()
    user_id = models.BigIntegerField()
    api_key_id = models.UUIDField(null=True)
    model = models.CharField(max_length=200)
    requests = models.PositiveBigIntegerField(default=0)
    errors = models.PositiveBigIntegerField(default=0)
    prompt_tokens = models.PositiveBigIntegerField(default=0)
    cached_tokens = models.PositiveBigIntegerField(default=0)
    completion_tokens = models.PositiveBigIntegerField(default=0)
    cost = models.BigIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("organization_id", "hour", "project_id", "user_id", "api_key_id", "model"),
                nulls_distinct=False,
                name="one_row_per_hour_and_key",
            ),
        )

    def __str__(self) -> str:
        return f"{self.model} in the hour of {self.hour:%Y-%m-%d %H}"
