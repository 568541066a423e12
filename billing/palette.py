"""Billing's pages in the palette of Cmd/Ctrl+K."""

from __future__ import annotations

from django.urls import reverse

from accounts.access import SignedInRequest
from accounts.current import current_project
from accounts.models import Organization
from accounts.palette import Entry, Group


def pages(request: SignedInRequest, words: list[str]) -> Group:
    entries = [Entry("Your usage", "Settings", "chart-column", reverse("own-usage"))]
    project = current_project(request)
    administered = Organization.objects.administered_by(request.user)
    if project and administered.filter(pk=project.team.organization_id).exists():
        entries = [
            Entry("Billing", "Plan, credits, invoices", "wallet", reverse("billing")),
            Entry("Usage", "Billing", "chart-column", reverse("usage")),
            Entry("Plans", "Billing", "layers", reverse("plans")),
            Entry("Invoices", "Billing", "receipt-text", reverse("invoices")),
            Entry("Limits and alerts", "Billing", "gauge", reverse("limits")),
            Entry("Ledger", "Billing", "book-open", reverse("ledger")),
            Entry("Audit log", "Billing", "history", reverse("audit-log")),
            *entries,
        ]
    return Group.of("Billing", entries, words)
