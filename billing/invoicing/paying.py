"""What comes in for an invoice, and what is not asked for any more. Refusals are ValueErrors with a sentence."""

from __future__ import annotations

import uuid
from datetime import date
from typing import TypeVar

from django.db import transaction

from accounts.models import User
from billing import audit, ledger
from billing.accounts import locked
from billing.invoicing import numbers
from billing.models import Account, Book, CreditNote, Invoice, LedgerEntry, Numbering, Payment
from common import clock, money
from common.money import CENT

Kind = LedgerEntry.Kind
Booked = TypeVar("Booked", Payment, CreditNote)


@transaction.atomic
def record_payment(
    invoice: Invoice,
    amount: int,
    *,
    key: str,
    paid_on: date,
    reference: str = "",
    method: Payment.Method = Payment.Method.TRANSFER,
    actor: User | None = None,
) -> Payment:
    """So many pico-USD came in. What comes twice under one key is one payment."""
    account = locked(invoice.account_id)
    known = Payment.objects.filter(key=key).first()
    if known:
        return _same(known, invoice, amount)
    invoice = _payable(invoice.pk, amount)
    if paid_on > clock.now().date():
        raise ValueError("That day is still to come.")
    if paid_on < invoice.period_start.date():
        raise ValueError("That day lies before what is on this invoice was used.")
    payment = Payment.objects.create(
        invoice=invoice,
        amount=amount,
        method=method,
        paid_on=paid_on,
        reference=reference,
        key=key,
        recorded_at=clock.now(),
    )
    _book(account, payment.pk, Kind.PAYMENT, Book.MONEY, amount, f"Invoice {invoice.number}")
    invoice.settle(amount, Invoice.State.PAID)
    sentence = f"Payment of {money.usd(amount)} recorded for invoice {invoice.number}"
    audit.note(account.pk, actor, "invoice.paid", f"{sentence}, {reference}" if reference else sentence)
    return payment


@transaction.atomic
def credit(invoice: Invoice, amount: int, *, key: str, reason: str, actor: User | None = None) -> CreditNote:
    """So many pico-USD of what is still to be paid are not asked for any more."""
    account = locked(invoice.account_id)
    known = CreditNote.objects.filter(key=key).first()
    if known:
        return _same(known, invoice, amount)
    invoice = _payable(invoice.pk, amount)
    if not reason.strip():
        raise ValueError("Say why.")
    now = clock.now()
    note = CreditNote.objects.create(
        invoice=invoice,
        number=numbers.take(Numbering.Series.CREDIT_NOTE, now.year),
        amount=amount,
        reason=reason.strip(),
        snapshot={name: invoice.snapshot[name] for name in ("number", "issuer", "customer", "plan", "total")},
        key=key,
        issued_at=now,
    )
    _book(account, note.pk, Kind.CREDIT_NOTE, Book.FORGIVEN, amount, f"{note} for invoice {invoice.number}")
    invoice.settle(amount, Invoice.State.PAID if invoice.payments.exists() else Invoice.State.VOID)
    sentence = f"{note} for {money.usd(amount)} of invoice {invoice.number}: {note.reason}"
    audit.note(account.pk, actor, "invoice.credited", sentence)
    return note


@transaction.atomic
def void(invoice: Invoice, *, reason: str, actor: User | None = None) -> CreditNote:
    """Nothing of it is asked for any more. What it billed stays billed."""
    locked(invoice.account_id)
    key = f"void {invoice.pk}"
    known = CreditNote.objects.filter(key=key).first()
    if known:
        return known
    invoice.refresh_from_db()
    if invoice.payments.exists():
        raise ValueError("Something was paid for this invoice: credit the rest instead.")
    return credit(invoice, invoice.outstanding, key=key, reason=reason, actor=actor)


def _payable(pk: uuid.UUID, amount: int) -> Invoice:
    """The invoice as it is under the account's lock. Raises ValueError if it does not ask for so much."""
    invoice = Invoice.objects.get(pk=pk)
    if invoice.state != Invoice.State.OPEN:
        raise ValueError(f"Nothing is to be paid: {_why(invoice)}.")
    if amount <= 0 or amount % CENT:
        raise ValueError("The amount must be whole cents, and more than 0.")
    if amount > invoice.outstanding:
        raise ValueError(f"Only {money.usd(invoice.outstanding)} is still to be paid.")
    return invoice


def _why(invoice: Invoice) -> str:
    return f"{invoice} is {invoice.get_state_display().lower()}" if invoice.number else "it is a draft"


def _same(known: Booked, invoice: Invoice, amount: int) -> Booked:
    if (known.invoice_id, known.amount) != (invoice.pk, amount):
        raise ValueError("This form was sent before, with another amount.")
    return known


def _book(account: Account, about_id: uuid.UUID, kind: str, source: str, amount: int, note: str) -> None:
    """What was invoiced is not any more."""
    entry = LedgerEntry(
        account_id=account.pk,
        about_id=about_id,
        kind=kind,
        source=source,
        target=Book.INVOICED,
        amount=amount,
        at=clock.now(),
        note=note[:200],
    )
    ledger.book([entry])
