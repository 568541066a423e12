"""Billing → Audit log: who changed what about an organization's money."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import ProjectRequest, admin
from billing.models import AuditEvent

PAGE = 50


@admin
@require_safe
def audit_log(request: ProjectRequest) -> HttpResponse:
    events = AuditEvent.objects.filter(account=request.organization.pk).order_by("-at", "-pk")
    context = {
        "section": "billing",
        "tab": "audit",
        "organization": request.organization,
        "page": Paginator(events, PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "billing/audit_log.html", context)
