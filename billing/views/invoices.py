"""Invoices, for the admins of the organization and the operator's staff: pages, PDF, CSV, credit notes."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.access import ProjectRequest, admin, admin_or_staff
from accounts.models import Organization
from billing.accounts import account_of
from billing.cards import checkouts
from billing.invoicing import documents, drafting, sheet, statement
from billing.invoicing.forms import CreditForm, PaymentForm, VoidForm
from billing.invoicing.listing import listed
from billing.models import CreditNote, Invoice
from common import clock, csv_text


@admin
@require_safe
def invoices(request: ProjectRequest) -> HttpResponse:
    context = {"invoices": listed(account_of(request.organization.pk)), "organization": request.organization}
    return render(request, "billing/invoices.html", {"section": "billing", "tab": "invoices", **context})


@admin
@require_safe
def upcoming(request: ProjectRequest) -> HttpResponse:
    account = account_of(request.organization.pk)
    gathering = drafting.gathering(account, drafting.last_of(account), clock.now())
    return render(request, "billing/invoice.html", context_of(gathering))


@admin_or_staff
@require_safe
def invoice(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    found = get_object_or_404(visible(request), pk=pk)
    administered = Organization.objects.administered_by(request.user).filter(pk=request.organization.pk)
    cards = {"takes_cards": checkouts.takes(found) and administered.exists()}
    return render(request, "billing/invoice.html", context_of(found) | forms_of(request, found) | cards)


@admin_or_staff
@require_safe
def invoice_pdf(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    found = get_object_or_404(visible(request).frozen(), pk=pk)
    document = documents.document(found)
    headers = {"Content-Disposition": f'attachment; filename="invoice-{found.number}.pdf"'}
    response = HttpResponse(bytes(document.pdf), "application/pdf", headers=headers)
    response["ETag"] = f'"{document.sha256}"'
    return response


@admin_or_staff
@require_safe
def invoice_csv(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    found = get_object_or_404(visible(request), pk=pk)
    lines = found.lines.all() if found.is_frozen else statement.of(found).lines
    headers = {"Content-Disposition": f'attachment; filename="invoice-{found.number or "draft"}.csv"'}
    return HttpResponse(sheet.written(lines), csv_text.MEDIA_TYPE, headers=headers)


@admin_or_staff
@require_safe
def credit_note(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    note = get_object_or_404(CreditNote.objects.filter(invoice__in=visible(request)).select_related("invoice"), pk=pk)
    return render(request, "billing/credit_note.html", {"section": "billing", "note": note})


def visible(request: Any) -> Any:
    return Invoice.objects.for_user(request.user).select_related("account__plan", "account__organization")


def context_of(invoice: Invoice) -> dict[str, Any]:
    said = None if invoice.is_frozen else statement.of(invoice)
    return {
        "section": "billing",
        "tab": "invoices",
        "invoice": invoice,
        "customer": invoice.snapshot.get("customer", {}).get("organization") or invoice.account.organization.name,
        "issuer": invoice.snapshot.get("issuer", ""),
        "payment_note": invoice.snapshot.get("payment", ""),
        "plan": invoice.snapshot.get("plan", {}).get("name") or invoice.account.plan.name,
        "standing": invoice.standing(clock.now()),
        "lines": said.lines if said else list(invoice.lines.all()),
        "total": said.total if said else invoice.total,
        "payments": invoice.payments.all() if invoice.is_frozen else [],
        "credit_notes": invoice.credit_notes.all() if invoice.is_frozen else [],
    }


def forms_of(request: Any, invoice: Invoice) -> dict[str, Any]:
    """What the operator's staff may say of an invoice that is to be paid."""
    if not request.user.is_staff or invoice.state != Invoice.State.OPEN:
        return {}
    return {
        "payment_form": PaymentForm.asking(invoice),
        "credit_form": CreditForm(prefix="credit"),
        "void_form": VoidForm(prefix="void") if invoice.settled == 0 else None,
    }
