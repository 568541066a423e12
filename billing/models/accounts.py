"""Whose money: an organization's account, and the credits it was granted."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import Organization
from billing.models.plans import Plan
from common.ids import uuid7


class AccountQuerySet(models.QuerySet["Account"]):
    def with_credits(self, at: datetime) -> Self:
        """With `granted`, what is left of all grants, and `credits`, what of it may be used at that moment: read
        together with the balance, so that the three agree while others book."""
        own = Grant.objects.open().filter(account=OuterRef("pk"))
        return self.select_related("plan", "organization").annotate(
            granted=own.total_left(), credits=own.valid(at).total_left()
        )

    def look_again(self) -> None:
        """Alerts look at these once more, though no balance moves: what they are held against has changed."""
        self.update(alerts_seen=None)


class Account(models.Model):
    """Pico-USD. The row that admission and settlement lock, so that money and slots are decided one at a time."""

    organization = models.OneToOneField(Organization, models.PROTECT, primary_key=True, related_name="account")
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="accounts")
    #: Its own cap, as agreed by contract; empty: the plan's.
    spending_cap = models.BigIntegerField(null=True, blank=True)
    #: What is left of all grants, less what is owed and not yet invoiced: the ledger's sum of those books.
    settled = models.BigIntegerField(default=0)
    #: The worst case of all running reservations.
    held = models.BigIntegerField(default=0)
    #: Of paid credits and overage in the period of the cap that begins at `spending_from`; kept by settlement.
    spending = models.BigIntegerField(default=0)
    spending_from = models.DateTimeField(null=True, blank=True)
    #: When the plan's included credits are due again; empty: never.
    renews_at = models.DateTimeField(null=True, blank=True)
    #: The settled balance for which alerts were last looked at; empty: whatever it is, they are to be.
    alerts_seen = models.BigIntegerField(null=True, editable=False)

    objects = AccountQuerySet.as_manager()

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(held__gte=0), name="held_is_never_negative"),)
        indexes = (models.Index(fields=("renews_at",), condition=Q(renews_at__isnull=False), name="renewals"),)

    def __str__(self) -> str:
        return f"Account of {self.organization}"

    @property
    def cap(self) -> int | None:
        """Pico-USD that may be spent beyond promotional credits in a period of the plan's cap."""
        return self.plan.spending_cap if self.spending_cap is None else self.spending_cap


class GrantQuerySet(models.QuerySet["Grant"]):
    def open(self) -> Self:
        """Of which something is left, whether or not its time has come or is over."""
        return self.filter(remaining__gt=0)

    def valid(self, at: datetime) -> Self:
        """Of which something may be used at that moment."""
        return self.open().filter(Q(expires_at=None) | Q(expires_at__gt=at), effective_at__lte=at)

    def total_left(self) -> Coalesce:
        """What is left of these, for a query about their accounts."""
        return Coalesce(Subquery(self.order_by().values("account").annotate(left=Sum("remaining")).values("left")), 0)


class Grant(models.Model):
    """Credits given to an organization. Only `remaining` changes, and says what the ledger says."""

    class Category(models.TextChoices):
        PROMOTIONAL = "promotional", "Promotional"
        PAID = "paid", "Paid"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="grants")
    #: Pico-USD.
    amount = models.BigIntegerField()
    remaining = models.BigIntegerField()
    category = models.CharField(max_length=12, choices=Category, default=Category.PROMOTIONAL)
    #: The model it pays for, by the ID of the API; empty: all of them.
    model = models.CharField(max_length=200, blank=True)
    #: Smaller is drawn first.
    priority = models.PositiveSmallIntegerField(default=50)
    note = models.CharField(max_length=200, blank=True)
    effective_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, blank=True)
    #: The plan whose included credits these are, and the beginning of the period they are for.
    plan = models.ForeignKey(Plan, models.PROTECT, null=True, blank=True, related_name="+")
    period = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = GrantQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_grant_is_more_than_nothing"),
            models.CheckConstraint(
                condition=Q(remaining__gte=0, remaining__lte=F("amount")), name="no_more_is_drawn_than_granted"
            ),
            models.CheckConstraint(
                condition=Q(expires_at=None) | Q(expires_at__gt=F("effective_at")),
                name="a_grant_expires_after_it_begins",
            ),
            # What counts towards a cap must not depend on which model asks.
            models.CheckConstraint(
                condition=Q(model="") | Q(category="promotional"), name="credits_for_one_model_are_promotional"
            ),
            models.UniqueConstraint(
                fields=("account", "plan", "period"), name="included_credits_come_once", condition=Q(plan__isnull=False)
            ),
        )
        indexes = (
            models.Index(fields=("account",), condition=Q(remaining__gt=0), name="open_grants"),
            models.Index(fields=("expires_at",), condition=Q(remaining__gt=0), name="open_grants_by_expiry"),
        )

    def __str__(self) -> str:
        return f"{self.amount} pico-USD for {self.account}"
