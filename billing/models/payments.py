"""What came in for an invoice, and what is not asked for any more. Append-only, as the database sees to."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models
from django.db.models import Q

from billing.models.invoices import Invoice
from common.ids import uuid7


class Payment(models.Model):
    class Method(models.TextChoices):
        TRANSFER = "transfer", "Recorded by the operator"
        CARD = "card", "Card"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="payments")
    #: Pico-USD, whole cents.
    amount = models.BigIntegerField()
    method = models.CharField(max_length=10, choices=Method, default=Method.TRANSFER)
    #: The day the money came, as the bank says.
    paid_on = models.DateField()
    reference = models.CharField(max_length=200, blank=True)
    #: Of the form it came by, so that a double click books once.
    key = models.CharField(max_length=300)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("recorded_at",)
        constraints = (
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_payment_is_more_than_nothing"),
            models.UniqueConstraint(fields=("key",), name="one_payment_per_key"),
        )

    def __str__(self) -> str:
        return f"Payment for {self.invoice}"

    def delete(self, *_args: Any, **_options: Any) -> NoReturn:
        raise TypeError("What came in is not deleted.")


class CreditNote(models.Model):
    """So much of an invoice is not asked for any more."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="credit_notes")
    #: Without gaps within a year, as the numbers of invoices are: CN-2026-000001.
    number = models.CharField(max_length=20, unique=True)
    #: Pico-USD, whole cents.
    amount = models.BigIntegerField()
    reason = models.CharField(max_length=300)
    #: The customer as on the invoice, and what the invoice asked for.
    snapshot = models.JSONField()
    #: Of the form it came by.
    key = models.CharField(max_length=300, unique=True)
    issued_at = models.DateTimeField()

    class Meta:
        ordering = ("issued_at",)
        constraints = (models.CheckConstraint(condition=Q(amount__gt=0), name="a_credit_note_is_for_something"),)

    def __str__(self) -> str:
        return f"Credit note {self.number}"

    def delete(self, *_args: Any, **_options: Any) -> NoReturn:
        raise TypeError("What was credited is not deleted.")
