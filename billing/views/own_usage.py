"""Settings → Usage: what a person used in the current organization."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from accounts.access import ProjectRequest, member
from billing.views import usage_pages
from billing.views.usage_pages import OWN


@member
@require_safe
def own_usage(request: ProjectRequest) -> HttpResponse:
    return usage_pages.page(request, OWN)


@member
@require_safe
def own_usage_csv(request: ProjectRequest) -> HttpResponse:
    return usage_pages.view_csv(request, OWN)


@member
@require_safe
def own_usage_records(request: ProjectRequest) -> HttpResponseBase:
    return usage_pages.records_csv(request, OWN)


@member
@require_safe
def own_usage_requests(request: ProjectRequest) -> HttpResponse:
    return usage_pages.requests(request, OWN)
