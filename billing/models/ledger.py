"""The ledger: every movement of pico-USD between two books of an organization. The database lets nobody change it."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models
from django.db.models import F, Q

from billing.models.accounts import Account
from common.ids import uuid7


class Book(models.TextChoices):
    """Seen from the organization: what it has, what it owes, and where both come from and go to."""

    PROMOTIONAL = "promotional", "Promotional credits"
    PAID = "paid", "Paid credits"
    #: Below nothing: used beyond all credits, and not yet invoiced.
    OWED = "owed", "Overage"
    #: Below nothing: invoiced, and not yet paid.
    INVOICED = "invoiced", "Invoiced"
    USAGE = "usage", "Usage"
    #: Where promotional credits come from.
    ISSUED = "issued", "Issued"
    #: Where paid credits and payments come from.
    MONEY = "money", "Money"
    EXPIRED = "expired", "Expired"
    #: Where what is not asked for any more comes from: credit notes, and invoices that were declared void.
    FORGIVEN = "forgiven", "Forgiven"


#: What an organization's settled balance is the sum of.
BALANCE = (Book.PROMOTIONAL, Book.PAID, Book.OWED)


#: What counts towards a plan's cap.
SPENT_MONEY = Q(source__in=(Book.PAID, Book.OWED), target=Book.USAGE)


class LedgerEntry(models.Model):
    """A movement from one book into another: taken from one side and put to the other, so all books add up to nothing.

    Entries about one thing belong together, such as what one completion drew from several grants.
    """

    class Kind(models.TextChoices):
        OPENING = "opening", "Opening balance"
        GRANT = "grant", "Grant"
        USAGE = "usage", "Usage"
        EXPIRY = "expiry", "Expiry"
        CORRECTION = "correction", "Correction"
        #: Credits that came when something was owed on a plan without overage.
        COVER = "cover", "Debt paid from credits"
        INVOICE = "invoice", "Invoice"
        PAYMENT = "payment", "Payment"
        CREDIT_NOTE = "credit_note", "Credit note"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    #: No constraint: the account's row is locked whenever one is written.
    account = models.ForeignKey(Account, models.PROTECT, related_name="entries", db_constraint=False, db_index=False)
    #: A completion's ID, a grant's, an invoice's: whatever the entries are about.
    about_id = models.UUIDField()
    kind = models.CharField(max_length=12, choices=Kind)
    source = models.CharField(max_length=12, choices=Book)
    target = models.CharField(max_length=12, choices=Book)
    #: Pico-USD.
    amount = models.BigIntegerField()
    #: Of the credits that are on one of the sides. No constraint, for it would cost every completion a look-up.
    grant_id = models.UUIDField(null=True)
    #: The database's time.
    at = models.DateTimeField()
    #: The entry that this one makes good.
    corrects_id = models.UUIDField(null=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name_plural = "ledger entries"
        constraints = (
            models.CheckConstraint(condition=Q(amount__gt=0), name="an_entry_moves_something"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="an_entry_has_two_sides"),
        )
        indexes = (
            models.Index(fields=("account", "at", "id"), name="entries_by_account"),
            models.Index(fields=("about_id",), name="entries_by_subject"),
            # What is no usage is rare among millions of entries; settlement does not pay for this one.
            models.Index(fields=("account", "at", "id"), condition=~Q(kind="usage"), name="entries_besides_usage"),
        )

    def __str__(self) -> str:
        return f"{self.kind}: {self.amount} pico-USD from {self.source} to {self.target}"

    def delete(self, *_args: Any, **_options: Any) -> NoReturn:
        raise TypeError("The ledger is append-only: book a correction.")


class LedgerDay(models.Model):
    """What moved between two books on one day (UTC), kept in the transaction that writes the entries it sums.

    A balance at any time is the sum of the days before and of the entries of its own day.
    """

    account = models.ForeignKey(
        Account, models.PROTECT, related_name="ledger_days", db_constraint=False, db_index=False
    )
    day = models.DateTimeField()
    source = models.CharField(max_length=12, choices=Book)
    target = models.CharField(max_length=12, choices=Book)
    #: The nil UUID where no credits are on either side: NULL would never meet itself in a unique index.
    grant_id = models.UUIDField()
    amount = models.BigIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("account", "day", "source", "target", "grant_id"), name="one_ledger_row_per_day"
            ),
        )

    def __str__(self) -> str:
        return f"{self.amount} pico-USD from {self.source} to {self.target} on {self.day:%Y-%m-%d}"
