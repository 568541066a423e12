"""What the operator's staff book about an invoice: payments, credit notes, and that it is void."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.access import SignedInRequest, staff
from billing.invoicing import paying
from billing.invoicing.forms import CreditForm, PaymentForm, VoidForm
from billing.models import Invoice
from billing.views.invoices import context_of, forms_of, visible
from common import money


@staff
@require_POST
def record(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    invoice, form = get_object_or_404(visible(request), pk=pk), PaymentForm(request.POST, prefix="payment")
    return _booked(request, invoice, "payment_form", form, _pay)


@staff
@require_POST
def credit(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    invoice, form = get_object_or_404(visible(request), pk=pk), CreditForm(request.POST, prefix="credit")
    return _booked(request, invoice, "credit_form", form, _credit)


@staff
@require_POST
def void(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    invoice, form = get_object_or_404(visible(request), pk=pk), VoidForm(request.POST, prefix="void")
    return _booked(request, invoice, "void_form", form, _void)


def _pay(request: SignedInRequest, invoice: Invoice, said: dict[str, Any]) -> str:
    payment = paying.record_payment(
        invoice,
        said["amount"],
        key=f"form {said['key']}",
        paid_on=said["paid_on"],
        reference=said["reference"],
        actor=request.user,
    )
    return f"The payment of {money.usd(payment.amount)} is recorded."


def _credit(request: SignedInRequest, invoice: Invoice, said: dict[str, Any]) -> str:
    key = f"form {said['key']}"
    note = paying.credit(invoice, said["amount"], key=key, reason=said["reason"], actor=request.user)
    return f"{note} is issued: {money.usd(note.amount)} less is to be paid."


def _void(request: SignedInRequest, invoice: Invoice, said: dict[str, Any]) -> str:
    note = paying.void(invoice, reason=said["reason"], actor=request.user)
    return f"Nothing of it is asked for any more: see {note}."


def _booked(
    request: SignedInRequest,
    invoice: Invoice,
    name: str,
    form: forms.Form,
    book: Callable[[SignedInRequest, Invoice, dict[str, Any]], str],
) -> HttpResponse:
    """Back to the invoice; or the page again with what was wrong, and nothing booked."""
    if form.is_valid():
        try:
            messages.success(request, book(request, invoice, form.cleaned_data))
        except ValueError as error:
            form.add_error(None, str(error))
        else:
            return redirect("invoice", pk=invoice.pk)
    invoice.refresh_from_db()
    offered = forms_of(request, invoice)
    if name not in offered:
        # It is not to be paid any more: the page has no place for the form.
        messages.error(request, " ".join(map(str, form.non_field_errors())) or f"{invoice} is not to be paid any more.")
        return redirect("invoice", pk=invoice.pk)
    context = context_of(invoice) | offered | {name: form}
    return render(request, "billing/invoice.html", context, status=422)
