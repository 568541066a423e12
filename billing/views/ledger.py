"""Billing → Ledger: every movement of money, and what the books held at any time."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import ProjectRequest, admin
from billing.accounts import account_of
from billing.balance import MomentForm, balance
from billing.entries import EntriesForm, page, query, sheet
from billing.models import Reconciliation
from common import csv_text


@admin
@require_safe
def ledger(request: ProjectRequest) -> HttpResponse:
    account = account_of(request.organization.pk)
    form = EntriesForm(request.GET)
    moment = MomentForm(request.GET) if "at" in request.GET else MomentForm()
    proof = Reconciliation.objects.latest_finished()
    is_valid, is_moment = form.is_valid(), moment.is_valid()
    context = {
        "section": "billing",
        "tab": "ledger",
        "organization": request.organization,
        "form": form,
        "moment": moment,
        "found": page(account.pk, form.cleaned_data) if is_valid else None,
        "query": query(form.cleaned_data) if is_valid else "",
        "proof": proof,
        "findings": list(proof.findings.filter(account_id=account.pk)) if proof else [],
        "balance": balance(account, moment.cleaned_data["at"]) if is_moment else None,
    }
    is_refused = not is_valid or (moment.is_bound and not is_moment)
    return render(request, "billing/ledger.html", context, status=422 if is_refused else 200)


@admin
@require_safe
def ledger_csv(request: ProjectRequest) -> HttpResponseBase:
    form = EntriesForm(request.GET)
    if not form.is_valid():
        return ledger(request)
    lines = sheet(request.organization.pk, form.cleaned_data)
    named = {"Content-Disposition": 'attachment; filename="lineup-ledger.csv"'}
    return StreamingHttpResponse(lines, content_type=csv_text.MEDIA_TYPE, headers=named)
