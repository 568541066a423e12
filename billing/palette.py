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
        entries.insert(0, Entry("Usage", "Billing", "wallet", reverse("usage")))
    return Group.of("Billing", entries, words)
