"""What it costs: an organization's account, what running requests hold of it, and what each request used."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Organization
from billing.room import Room
from billing.usage.reading import UsageRecordQuerySet, UsageSumsQuerySet
from common.ids import uuid7


class Plan(models.Model):
    class Period(models.TextChoices):
        ONCE = "once", "Once"
        MONTH = "month", "Every month"
        YEAR = "year", "Every year"

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=50)
    #: Pico-USD of promotional credits, and how often they come.
    included_credits = models.BigIntegerField(default=0)
    included_every = models.CharField(max_length=10, choices=Period, default=Period.ONCE)
    #: Whether usage goes on when the credits are used up, to be billed at the models' prices.
    bills_overage = models.BooleanField(default=False)
    #: Pico-USD of overage in a period of the cap; empty: none was agreed.
    spending_cap = models.BigIntegerField(null=True, blank=True)
    cap_period = models.CharField(max_length=10, choices=Period, default=Period.MONTH)
    concurrency_per_user = models.PositiveIntegerField(
        "requests at once of a person",
        null=True,
        blank=True,
        help_text="For people who were given no number of their own. Empty: CONCURRENCY_PER_USER.",
    )
    concurrency_per_project = models.PositiveIntegerField(
        "requests at once of a project",
        null=True,
        blank=True,
        help_text="For projects that were given no number of their own. Empty: CONCURRENCY_PER_PROJECT.",
    )
    #: The order of the plans, smallest first.
    rank = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("rank",)

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

    class Category(models.TextChoices):
        PROMOTIONAL = "promotional", "Promotional"
        PAID = "paid", "Paid"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="grants")
    #: Pico-USD.
    amount = models.BigIntegerField()
    category = models.CharField(max_length=12, choices=Category, default=Category.PAID)
    note = models.CharField(max_length=200, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return f"{self.amount} pico-USD for {self.account}"


class Process(models.Model):
    """A server process that streams completions; silent for too long, it is dead and its reservations are closed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    #: Names the space in which `pid` means something: machine, boot and process namespace.
    host = models.CharField(max_length=200)
    pid = models.PositiveIntegerField()
    #: When the system started the process, in its own terms; tells it from a later one that got the same number.
    born = models.CharField(max_length=40, blank=True)
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
    #: No constraint either: the account's row is locked whenever one is written. Nor an index over all of them.
    account = models.ForeignKey(
        Account, models.PROTECT, related_name="reservations", db_constraint=False, db_index=False
    )
    process = models.UUIDField()
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
    checkpoint_prompt = models.PositiveIntegerField(default=0)
    checkpoint_output = models.PositiveIntegerField(default=0)
    checkpoint_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    #: What its admission left of the limits; known to who was admitted, written nowhere.
    room: Room | None = None

    class Meta:
        indexes = (
            # Only of those that run: each index more costs every admission and every settlement.
            models.Index(fields=("process",), condition=Q(state="running"), name="running_by_process"),
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
