"""Payments by card: what was asked of Stripe, and which of its events have been dealt with."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from billing.models.accounts import Account
from billing.models.invoices import Invoice
from common.ids import uuid7


class Checkout(models.Model):
    """Somebody went to Stripe's page to pay so much: for an invoice, or for credits."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="checkouts")
    #: Empty: for credits.
    invoice = models.ForeignKey(Invoice, models.PROTECT, null=True, related_name="checkouts")
    #: Pico-USD, whole cents.
    amount = models.BigIntegerField()
    actor_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)
    #: Stripe's session that paid it.
    paid_by = models.CharField(max_length=255, default="")
    #: Stripe's name for the payment, by which it tells of refunds and disputes.
    payment_intent = models.CharField(max_length=255, default="", db_index=True)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(amount__gt=0), name="a_checkout_is_for_something"),)

    def __str__(self) -> str:
        return f"Checkout for {self.invoice or 'credits'}"


class StripeEvent(models.Model):
    """Written in the transaction of its effect, so that each has one however often it comes."""

    #: Stripe's.
    id = models.CharField(primary_key=True, max_length=255)
    kind = models.CharField(max_length=100)
    checkout = models.ForeignKey(Checkout, models.PROTECT, related_name="events")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"
