"""A project's comparisons: found again, renamed, pinned, deleted."""

from __future__ import annotations

import uuid
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from accounts.access import ProjectRequest, member
from playground.comparisons import rename
from playground.deleting import delete
from playground.doors import comparison_of
from playground.forms import TitleForm
from playground.history import Found, Listing, shown
from playground.models import Comparison
from playground.responses import CHANGED, CLOSE_MENU, done, refusals_answered


@member
@require_GET
def comparison_history(request: ProjectRequest) -> HttpResponse:
    """Latest first; `q` looks into titles, models and what was said; `of=others` are those that others share.

    `after` continues a list, `in=menu` is the short one within the Playground.
    """
    query = request.GET.get("q", "").replace("\0", "").strip()
    after = request.GET.get("after", "")
    where = "menu" if request.GET.get("in") == "menu" else ""
    of = "others" if request.GET.get("of") == "others" else ""
    page = (Listing.shared if of else Listing.own)(request.user, request.project).page(after, query)
    here = {name: value for name, value in (("q", query), ("of", of), ("in", where)) if value}
    context = {
        "section": "playground",
        "page": page,
        "query": query,
        "after": after,
        "of": of,
        "is_menu": bool(where),
        "here": urlencode(here),
        "more": urlencode(here | {"after": page.next}),
    }
    return render(request, _template(request, after), context)


def _template(request: ProjectRequest, after: str) -> str:
    if not request.htmx:
        return "playground/history.html"
    return "playground/_history_rows.html" if after else "playground/history.html#list"


@member
@require_GET
def comparison_row(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    return _row(request, comparison_of(request, pk))


def _row(request: ProjectRequest, comparison: Comparison) -> HttpResponse:
    """In the place of its form, whose focus it takes."""
    comparison = shown(Comparison.objects.filter(pk=comparison.pk)).get()
    context = {"found": Found(comparison), "comparison": comparison, "is_renamed": True}
    return render(request, "playground/_history_row.html", context)


@member
@refusals_answered
def comparison_rename(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    """In its row; the title on its own page is renamed at `comparison-title`."""
    found = comparison_of(request, pk)
    if request.method != "POST":
        return render(request, "playground/_history_rename.html", {"comparison": found})
    form = TitleForm(request.POST)
    if not form.is_valid():
        return render(request, "playground/_history_rename.html", {"comparison": found, "form": form})
    rename(found, form.cleaned_data["title"])
    return _row(request, found)


@member
@require_POST
@refusals_answered
def comparison_pin(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    found = comparison_of(request, pk)
    found.write(is_pinned=request.POST.get("pinned") == "yes")
    if request.POST.get("in") != "page":
        return done(CHANGED)
    menu = render(request, "playground/comparison.html#menu", {"comparison": found})
    return trigger_client_event(menu, CLOSE_MENU)


@member
@require_POST
@refusals_answered
def comparison_delete(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    """The page asked first. What runs is stopped and settled before anything is gone."""
    found = comparison_of(request, pk)
    delete(found)
    if request.POST.get("in") != "page":
        return done(CHANGED)
    messages.success(request, f"“{found}” was deleted.")
    return HttpResponseClientRedirect(reverse("comparison-history"))
