"""Traces: the table of a project's calls, and what leads to it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from accounts.access import ProjectRequest, member
from accounts.models import User
from common import csv_text
from tracing.models import Object, SavedView
from tracing.pages.spaces import space_of
from tracing.traces import charts, sheets, table
from tracing.traces.asking import RANGES, STATUSES, Ask
from tracing.traces.conditions import ALONE, OPERATORS

MOST_OPS = 500


@member
@require_safe
def weave(request: ProjectRequest) -> HttpResponse:
    return redirect(_address(request))


@member
@require_safe
def call_link(request: ProjectRequest, call_id: str) -> HttpResponse:
    """What the client prints while it runs: the call may still be on its way."""
    return redirect("call", request.project.team.slug, request.project.slug, call_id)


@member
@require_safe
def conversation(request: ProjectRequest, thread_id: str) -> HttpResponse:
    return redirect(f"{_address(request)}?{urlencode({'thread': thread_id})}")


@member
@require_safe
def calls(request: ProjectRequest) -> HttpResponse:
    if not request.GET and (default := SavedView.objects.filter(project=request.project, is_default=True).first()):
        return redirect(f"{_address(request)}?{default.query}&view={default.pk}")
    ask = Ask.read(request.GET)
    page = table.page(space_of(request), ask)
    if request.GET.get("state") == page.state:
        return HttpResponse(status=204)
    views = SavedView.objects.filter(project=request.project)
    context: dict[str, Any] = {
        "section": "traces",
        "tab": "calls",
        "page": page,
        "views": views,
        "view": next((view for view in views if str(view.pk) == ask.view), None),
    }
    if request.htmx and not request.htmx.history_restore_request:
        response = render(request, "tracing/calls.html#found", context | {"is_fragment": True})
        response["HX-Replace-Url"] = f"{request.path}?{page.here}"
    else:
        response = render(request, "tracing/calls.html", context | _choices(request))
    patch_vary_headers(response, ["HX-Request"])
    return response


def _choices(request: ProjectRequest) -> dict[str, Any]:
    ops = Object.objects.filter(project=request.project, kind=Object.Kind.OP).kept().order_by("object_id")
    return {
        "statuses": STATUSES,
        "ranges": {name: title for name, (title, _) in RANGES.items()},
        "operators": OPERATORS,
        "alone": ALONE,
        "ops": ops.values_list("object_id", flat=True).distinct()[:MOST_OPS],
        "people": User.objects.filter(memberships__organization=request.organization).order_by("username"),
    }


@member
@require_safe
def calls_charts(request: ProjectRequest) -> HttpResponse:
    drawn = charts.charts(space_of(request), Ask.read(request.GET))
    return render(request, "tracing/_charts.html", {"drawn": drawn})


@member
@require_safe
def calls_csv(request: ProjectRequest) -> HttpResponseBase:
    ask, space = Ask.read(request.GET), space_of(request)
    lines = sheets.as_csv(space, ask, sheets.keys_of(space, ask))
    return StreamingHttpResponse(lines, content_type=csv_text.MEDIA_TYPE, headers=_as_file(request, "csv"))


@member
@require_safe
def calls_jsonl(request: ProjectRequest) -> HttpResponseBase:
    space = space_of(request)
    lines = sheets.as_jsonl(space, sheets.keys_of(space, Ask.read(request.GET)))
    return StreamingHttpResponse(lines, content_type="application/jsonl", headers=_as_file(request, "jsonl"))


def _as_file(request: ProjectRequest, ending: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="lineup-traces-{request.project.slug}.{ending}"'}


def _address(request: ProjectRequest) -> str:
    return reverse("calls", args=[request.project.team.slug, request.project.slug])
