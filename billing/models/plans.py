"""What was agreed on: plans, own prices, and which organization came to which plan when."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, NoReturn, Self

from django.db import models
from django.utils import timezone

from common.ids import uuid7


class PriceList(models.Model):
    """Prices of a contract; a model that is not on it costs what the catalog says."""

    name = models.CharField(max_length=100, unique=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class ListPriceQuerySet(models.QuerySet["ListPrice"]):
    def of_organization(self, organization_id: uuid.UUID) -> Self:
        """Those of its plan's price list."""
        return self.filter(price_list__plans__accounts=organization_id)

    def in_force(self, at: datetime) -> dict[str, ListPrice]:
        """Of each model, the last that has begun; by the model's ID."""
        return {price.model: price for price in self.filter(effective_at__lte=at).order_by("effective_at")}


class ListPrice(models.Model):
    """Micro-USD per million tokens from a moment on. Write-once, which the database enforces too."""

    price_list = models.ForeignKey(PriceList, models.PROTECT, related_name="prices")
    #: The ID of the API.
    model = models.CharField(max_length=200)
    input = models.PositiveBigIntegerField("input, micro-USD per 1M tokens")
    output = models.PositiveBigIntegerField("output, micro-USD per 1M tokens")
    #: Empty: cached input costs what input costs.
    cached_input = models.PositiveBigIntegerField("cached input, micro-USD per 1M tokens", null=True, blank=True)
    effective_at = models.DateTimeField(default=timezone.now)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ListPriceQuerySet.as_manager()

    class Meta:
        ordering = ("model", "-effective_at")
        constraints = (
            models.UniqueConstraint(fields=("price_list", "model", "effective_at"), name="one_list_price_per_moment"),
        )

    def __str__(self) -> str:
        return f"{self.model} on {self.price_list} from {self.effective_at:%Y-%m-%d}"

    @property
    def is_scheduled(self) -> bool:
        return self.effective_at > timezone.now()


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
    #: Pico-USD that may be spent beyond promotional credits in a period of the cap; empty: as much as one likes.
    spending_cap = models.BigIntegerField(null=True, blank=True)
    cap_period = models.CharField(max_length=10, choices=Period, default=Period.MONTH)
    #: Empty: the catalog's prices.
    price_list = models.ForeignKey(PriceList, models.PROTECT, null=True, blank=True, related_name="plans")
    #: Whether an organization's admins may choose it themselves; the others are agreed with the operator.
    is_self_service = models.BooleanField(default=False)
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


class PlanChange(models.Model):
    """An organization came to a plan; append-only. What is granted for the rest of the period is written down whole."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey("billing.Account", models.PROTECT, related_name="plan_changes")
    #: Empty: the account was opened.
    before = models.ForeignKey(Plan, models.PROTECT, null=True, related_name="+")
    after = models.ForeignKey(Plan, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    #: Empty: the server itself.
    actor_id = models.BigIntegerField(null=True)
    #: How the credits for the rest of the period came about, in words and numbers.
    proration = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("-at",)

    def __str__(self) -> str:
        return f"{self.account} to {self.after}"

    def delete(self, *_args: Any, **_options: Any) -> NoReturn:
        raise TypeError("What happened is not deleted.")
