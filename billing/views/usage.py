"""Billing → Usage: what an organization used, for its admins."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from accounts.access import ProjectRequest, admin
from billing.views import usage_pages
from billing.views.usage_pages import ORGANIZATION


@admin
@require_safe
def usage(request: ProjectRequest) -> HttpResponse:
    return usage_pages.page(request, ORGANIZATION)


@admin
@require_safe
def usage_csv(request: ProjectRequest) -> HttpResponse:
    return usage_pages.view_csv(request, ORGANIZATION)


@admin
@require_safe
def usage_records(request: ProjectRequest) -> HttpResponseBase:
    return usage_pages.records_csv(request, ORGANIZATION)


@admin
@require_safe
def usage_requests(request: ProjectRequest) -> HttpResponse:
    return usage_pages.requests(request, ORGANIZATION)
