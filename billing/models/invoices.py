"""What is asked for: an invoice, first a draft and then frozen, its lines, and the document that people get.

The database refuses every change to what was frozen.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NoReturn, Self

from django.db import models
from django.db.models import F, Q

from accounts.models import Organization, User
from billing.models.accounts import Account
from billing.usage.periods import Grain
from common.ids import uuid7
from common.money import CENT


class InvoiceQuerySet(models.QuerySet["Invoice"]):
    def for_user(self, user: User) -> Self:
        """Those of the organizations that the person administers; the operator's staff see all of them."""
        if user.is_staff:
            return self
        return self.filter(account__organization__in=Organization.objects.administered_by(user))

    def for_account(self, account: Account) -> Self:
        return self.filter(account=account).order_by("-period_end")

    def drafts(self) -> Self:
        return self.filter(state=Invoice.State.DRAFT)

    def frozen(self) -> Self:
        """Drafts are not: what they ask for may change."""
        return self.exclude(state=Invoice.State.DRAFT)

    def to_be_paid(self) -> Self:
        return self.filter(state=Invoice.State.OPEN)


class Invoice(models.Model):
    """Amounts in pico-USD; what is asked for is whole cents."""

    class State(models.TextChoices):
        #: Never written down: what the running month would ask for if it ended now.
        GATHERING = "gathering", "Upcoming"
        DRAFT = "draft", "Draft"
        OPEN = "open", "To be paid"
        PAID = "paid", "Paid"
        VOID = "void", "Void"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="invoices")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    #: What is asked for is what was owed at the period's end; usage of earlier months that came late has its own month.
    period_start = models.DateTimeField()
    period_end = models.DateTimeField()
    #: Until then late usage still lands on a draft.
    finalise_at = models.DateTimeField()

    # Empty on a draft; frozen from then on ---------------------------------------------------
    #: One after the other within a year, without gaps: 2026-000001.
    number = models.CharField(max_length=20, blank=True)
    finalised_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    total = models.BigIntegerField(default=0)
    #: The fraction of a cent that stays owed, for the next invoice.
    carried_on = models.BigIntegerField(default=0)
    #: Customer, plan, prices and lines as they were.
    snapshot = models.JSONField(default=dict)

    # What payments and credit notes move -----------------------------------------------------
    #: Of the total, what was neither paid nor credited.
    outstanding = models.BigIntegerField(default=0)

    # When admins were mailed, by whoever claimed it ------------------------------------------
    #: That it was finalised.
    announced_at = models.DateTimeField(null=True, editable=False)
    #: That it became past due.
    reminded_at = models.DateTimeField(null=True, editable=False)

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        ordering = ("-period_end",)
        constraints = (
            models.UniqueConstraint(fields=("account", "period_end"), name="one_invoice_per_period"),
            models.UniqueConstraint(fields=("account",), condition=Q(state="draft"), name="one_draft_at_a_time"),
            models.UniqueConstraint(fields=("number",), condition=~Q(number=""), name="one_invoice_per_number"),
            models.CheckConstraint(condition=~Q(state="gathering"), name="what_gathers_is_not_written_down"),
            models.CheckConstraint(condition=Q(period_start__lt=F("period_end")), name="an_invoice_is_for_some_time"),
            models.CheckConstraint(
                condition=Q(outstanding__gte=0, outstanding__lte=F("total")), name="no_more_is_paid_than_invoiced"
            ),
            models.CheckConstraint(
                condition=Q(state="open", outstanding__gt=0) | (~Q(state="open") & Q(outstanding=0)),
                name="an_open_invoice_is_one_to_be_paid",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", number="", total=0) | (~Q(state="draft") & ~Q(number="") & Q(total__gt=0)),
                name="what_is_frozen_has_a_number",
            ),
        )
        indexes = (
            models.Index(fields=("finalise_at",), condition=Q(state="draft"), name="drafts"),
            models.Index(fields=("due_at",), condition=Q(state="open"), name="open_invoices"),
        )

    def __str__(self) -> str:
        return f"Invoice {self.number}" if self.number else self.get_state_display()

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        if self.state != self.State.DRAFT:
            raise TypeError("What was invoiced is not deleted: credit it.")
        return super().delete(*args, **options)

    @property
    def through(self) -> datetime:
        """The end of the last month whose usage is on it: sums of usage are of whole months."""
        return Grain.MONTH.ceiling(self.period_end)

    @property
    def is_frozen(self) -> bool:
        return self.state not in (self.State.GATHERING, self.State.DRAFT)

    @property
    def settled(self) -> int:
        """Of the total, what was paid or credited."""
        return self.total - self.outstanding

    def standing(self, at: datetime) -> str:
        """Its state in words, with the one that only time brings."""
        is_late = self.state == self.State.OPEN and self.due_at is not None and self.due_at <= at
        return "Past due" if is_late else self.get_state_display()

    def settle(self, amount: int, state: State) -> None:
        """So much less is outstanding; if that is all, the invoice is in that state. Its account is locked."""
        self.outstanding -= amount
        if not self.outstanding:
            self.state = state
        self.save(update_fields=["outstanding", "state"])


class InvoiceLine(models.Model):
    """Written before the invoice is frozen, and with it."""

    class Kind(models.TextChoices):
        USAGE = "usage", "Usage"
        #: What credits paid of the usage above.
        CREDITS = "credits", "Credits applied"
        CARRIED_IN = "carried_in", "Fraction of a cent from the invoice before"
        CARRIED_ON = "carried_on", "Fraction of a cent for the next invoice"

    invoice = models.ForeignKey(Invoice, models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    #: Of usage: the month it was in, in which project, with which model (the ID of the API).
    month = models.DateTimeField(null=True)
    project_id = models.UUIDField(null=True)
    #: Its address as it was.
    project = models.CharField(max_length=200, blank=True)
    model = models.CharField(max_length=200, blank=True)
    requests = models.BigIntegerField(default=0)
    errors = models.BigIntegerField(default=0)
    prompt_tokens = models.BigIntegerField(default=0)
    cached_tokens = models.BigIntegerField(default=0)
    completion_tokens = models.BigIntegerField(default=0)
    #: Pico-USD, exactly; and the cents that are shown, which add up to the total.
    amount = models.BigIntegerField()
    cents = models.BigIntegerField()

    class Meta:
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=("invoice", "position"), name="one_line_per_position"),
            models.UniqueConstraint(
                fields=("invoice", "month", "project_id", "model"),
                condition=Q(kind="usage"),
                name="one_line_per_month_project_and_model",
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        if self.kind == self.Kind.USAGE:
            return self.model
        # Opening balances of accounts that were used before there was a ledger.
        is_debt = self.kind == self.Kind.CREDITS and self.amount > 0
        return "Owed from before" if is_debt else self.Kind(self.kind).label

    @property
    def shown(self) -> int:
        """Pico-USD of the cents."""
        return self.cents * CENT


class InvoiceDocument(models.Model):
    """The PDF of a frozen invoice, made from its snapshot alone."""

    invoice = models.OneToOneField(Invoice, models.PROTECT, primary_key=True, related_name="document")
    pdf = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"PDF of {self.invoice_id}"

    def delete(self, *_args: Any, **_options: Any) -> NoReturn:
        raise TypeError("What was sent is not deleted.")


class Numbering(models.Model):
    """The last number that was given of a series in a year; locked by whoever takes the next one."""

    class Series(models.TextChoices):
        INVOICE = "invoice", "Invoices"
        CREDIT_NOTE = "credit_note", "Credit notes"

    series = models.CharField(max_length=12, choices=Series)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("series", "year"), name="one_numbering_per_year"),)

    def __str__(self) -> str:
        return f"{self.series} {self.year}: {self.last}"
