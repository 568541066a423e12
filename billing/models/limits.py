"""What people set against surprises: spending limits that refuse, alerts that only tell."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from billing.models.accounts import Account
from common import money
from common.ids import uuid7


class SpendingLimit(models.Model):
    """At most so much usage in a day or a month (UTC), of the organization, of one project or of one API key."""

    class Period(models.TextChoices):
        MONTH = "month", "month"
        DAY = "day", "day"

    class Scope(models.TextChoices):
        # From the broadest to the narrowest: of several that are reached, the first is named.
        ORGANIZATION = "organization", "organization"
        PROJECT = "project", "project"
        KEY = "key", "API key"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="spending_limits")
    scope = models.CharField(max_length=12, choices=Scope, default=Scope.ORGANIZATION)
    #: The organization's, the project's or the key's.
    subject_id = models.UUIDField()
    period = models.CharField(max_length=5, choices=Period, default=Period.MONTH)
    #: Pico-USD.
    amount = models.BigIntegerField()
    #: What was used in the period that begins at `start`, the last one in which anything was; kept by settlement.
    start = models.DateTimeField()
    spent = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ("created_at",)
        constraints = (
            models.CheckConstraint(condition=Q(amount__gte=0), name="a_limit_is_not_negative"),
            models.UniqueConstraint(
                fields=("account", "scope", "subject_id", "period"), name="one_limit_per_thing_and_period"
            ),
        )

    def __str__(self) -> str:
        return f"{money.agreed_usd(self.amount)} a {self.period}"


class AlertRule(models.Model):
    """When an organization's admins want to hear of it."""

    class Kind(models.TextChoices):
        #: Percent of the credits that were valid in this month.
        CREDITS = "credits", "of credits used"
        #: Pico-USD of overage in this month.
        OVERAGE = "overage", "of overage"
        #: Percent of a spending limit or of the plan's cap in its period.
        LIMIT = "limit", "of a limit"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="alert_rules")
    kind = models.CharField(max_length=10, choices=Kind)
    threshold = models.BigIntegerField()
    is_on = models.BooleanField(default=True)

    class Meta:
        ordering = ("kind", "threshold")
        constraints = (
            models.CheckConstraint(condition=Q(threshold__gt=0), name="an_alert_has_a_threshold"),
            models.UniqueConstraint(fields=("account", "kind", "threshold"), name="one_alert_per_threshold"),
        )

    def __str__(self) -> str:
        return f"{self.threshold} {self.kind}"


class Alert(models.Model):
    """A threshold that was crossed: once a period, however often it is looked at; mailed once, by whoever claims it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="alerts")
    kind = models.CharField(max_length=10, choices=AlertRule.Kind)
    threshold = models.BigIntegerField()
    #: What it is about, where there are several: a spending limit's ID; the nil UUID otherwise.
    subject_id = models.UUIDField()
    period = models.DateTimeField()
    #: What admins are told.
    sentence = models.CharField(max_length=300)
    at = models.DateTimeField(default=timezone.now)
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-at",)
        constraints = (
            models.UniqueConstraint(
                fields=("account", "kind", "threshold", "subject_id", "period"), name="one_alert_per_period"
            ),
        )

    def __str__(self) -> str:
        return self.sentence
