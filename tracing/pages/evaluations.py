"""Evals: the runs of a project's evaluations, and one of them with its rows."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from accounts.access import ProjectRequest, member
from common import csv_text
from tracing.evaluations import listing, run_rows, runs, sheets
from tracing.evaluations.asking import STATUSES, Ask
from tracing.evaluations.comparing import MOST
from tracing.models import Call
from tracing.pages.spaces import space_of


@member
@require_safe
def evaluations(request: ProjectRequest) -> HttpResponse:
    ask, space = Ask.read(request.GET), space_of(request)
    context = {"section": "evals", "tab": "evaluations", "page": listing.page(space, ask), "most": MOST}
    if request.htmx and not request.htmx.history_restore_request:
        response = render(request, "tracing/evaluations.html#found", context)
        response["HX-Replace-Url"] = f"{request.path}?{ask.query(page=ask.page)}".rstrip("?")
    else:
        context |= {"choices": listing.choices(space), "statuses": STATUSES}
        response = render(request, "tracing/evaluations.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@member
@require_safe
def evaluations_csv(request: ProjectRequest) -> HttpResponse:
    """All that is asked for, not the page alone."""
    content = sheets.of_runs(space_of(request), Ask.read(request.GET))
    return _file(content, f"lineup-evaluations-{request.project.slug}.csv")


@member
@require_safe
def evaluation(request: ProjectRequest, call_id: str) -> HttpResponse:
    space, run = space_of(request), run_of(request, call_id)
    ask = run_rows.Ask.read(request.GET)
    page = run_rows.page(space, run, ask)
    context = {
        "section": "evals",
        "tab": "evaluations",
        "run": run,
        "page": page,
        "expected": runs.rows_expected(space, run),
    }
    is_fragment = request.htmx and not request.htmx.history_restore_request
    template = "tracing/evaluation.html#run" if is_fragment else "tracing/evaluation.html"
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@member
@require_safe
def evaluation_csv(request: ProjectRequest, call_id: str) -> HttpResponse:
    run = run_of(request, call_id)
    content = sheets.of_rows(space_of(request), run, run_rows.Ask.read(request.GET))
    return _file(content, "lineup-evaluation-rows.csv")


def _file(content: str, name: str) -> HttpResponse:
    return HttpResponse(content, csv_text.MEDIA_TYPE, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def run_of(request: ProjectRequest, call_id: str) -> runs.Run:
    calls = Call.objects.filter(project=request.project, call_id=call_id).evaluations().select_related("user")
    found = runs.read(space_of(request), list(calls))
    if not found:
        raise Http404
    return found[0]
