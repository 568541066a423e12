"""Billing → Usage, where admins see their organization's, and Settings → Usage, where everybody sees their own.

Both have the same pages; addresses say whose, and who may open them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from accounts.access import ProjectRequest
from billing.usage import sheets
from billing.usage.asking import SPLITS, Ask, UsageForm
from billing.usage.chart import draw
from billing.usage.drilling import PAGE, Before, Drill, DrillForm
from billing.usage.figures import read
from billing.usage.forecast import forecast
from billing.usage.reading import Scope
from billing.usage.table import requests_table, usage_table

CSV = "text/csv; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Pages:
    """One of the two kinds of these pages, and where it is found: its addresses all begin with the same name."""

    name: str
    template: str
    requests_template: str

    def scope(self, request: ProjectRequest) -> Scope:
        return Scope(request.organization.pk, request.user.pk if self is OWN else None)

    def urls(self) -> dict[str, str]:
        names = {"page": "", "csv": "-csv", "records": "-records", "requests": "-requests"}
        return {key: reverse(self.name + suffix) for key, suffix in names.items()}

    def context(self) -> dict[str, Any]:
        return {
            "section": "settings" if self is OWN else "billing",
            "tab": "usage",
            "urls": self.urls(),
            "is_own": self is OWN,
        }


ORGANIZATION = Pages("usage", "billing/usage.html", "billing/usage_requests.html")
OWN = Pages("own-usage", "settings/usage.html", "settings/usage_requests.html")


@require_safe
def page(request: ProjectRequest, pages: Pages) -> HttpResponse:
    now = timezone.now()
    form = UsageForm(request.GET, now=now)
    is_valid = form.is_valid()
    context = {**pages.context(), "form": form, "now": now, "organization": request.organization}
    if is_valid:
        context |= _seen(form, pages, request)
    is_fragment = request.htmx and not request.htmx.history_restore_request
    template = "billing/_usage.html" if is_fragment else pages.template
    # htmx shows no answer that is marked as an error: there the sentence beside the control says it.
    response = render(request, template, context, status=200 if is_valid or is_fragment else 422)
    patch_vary_headers(response, ["HX-Request"])
    if is_valid and is_fragment:
        response["HX-Replace-Url"] = f"{reverse(pages.name)}?{form.ask().query}"
    return response


def _seen(form: UsageForm, pages: Pages, request: ProjectRequest) -> dict[str, Any]:
    ask, scope = form.ask(), pages.scope(request)
    figures = read(ask, scope)
    is_forecast = pages is ORGANIZATION and ask.measure.is_money and ask.window.start <= form.now < ask.window.end
    return {
        "ask": ask,
        "remarks": form.remarks,
        "chart": draw(figures),
        "table": usage_table(figures),
        "forecast": forecast(scope, form.now) if is_forecast else None,
    }


@require_safe
def view_csv(request: ProjectRequest, pages: Pages) -> HttpResponse:
    form = UsageForm(request.GET, now=timezone.now())
    if not form.is_valid():
        return page(request, pages)
    ask = form.ask()
    return HttpResponse(sheets.of_view(ask, pages.scope(request)), CSV, headers=_as_file(ask, "usage"))


@require_safe
def records_csv(request: ProjectRequest, pages: Pages) -> HttpResponseBase:
    form = UsageForm(request.GET, now=timezone.now())
    if not form.is_valid():
        return page(request, pages)
    ask = form.ask()
    lines = sheets.of_records(ask.window, pages.scope(request))
    return StreamingHttpResponse(lines, content_type=CSV, headers=_as_file(ask, "requests"))


def _as_file(ask: Ask, what: str) -> dict[str, str]:
    name = f"lineup-{what}-{ask.window.start:%Y-%m-%d}-to-{ask.window.last_day:%Y-%m-%d}.csv"
    return {"Content-Disposition": f'attachment; filename="{name}"'}


@require_safe
def requests(request: ProjectRequest, pages: Pages) -> HttpResponse:
    form = DrillForm(request.GET)
    context = {**pages.context(), "form": form, "organization": request.organization}
    if form.is_valid():
        context |= _listed(form, pages.scope(request))
    return render(request, pages.requests_template, context, status=200 if form.is_valid() else 422)


def _listed(form: DrillForm, scope: Scope) -> dict[str, Any]:
    drill, before = form.drill(), form.cleaned_data["before"]
    total = drill.total(scope)
    rows = drill.records(scope) if total.requests else drill.records(scope).none()
    records = list((before.page(rows) if before else rows)[: PAGE + 1])
    last = records[PAGE - 1] if len(records) > PAGE else None
    return {
        "drill": drill,
        "total": total,
        "table": requests_table(records[:PAGE]),
        "name": _name(drill, total.requests),
        "before": before,
        "older": Before(last.ended_at, last.pk) if last else None,
    }


def _name(drill: Drill, requests: int) -> str:
    """What the requests have in common; what the reader has no usage of is not called by its name."""
    if not drill.split:
        return ""
    if drill.besides:
        return f"all but {len(drill.besides)} of the split by {SPLITS[drill.split].lower()}"
    names = drill.split.names([drill.value]) if requests else {}
    return drill.split.called(drill.value, names)
