"""Comparisons as pages: the latest, a new one, one by its address, and all of a project."""

from __future__ import annotations

import re
import uuid

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.access import ProjectRequest, member
from inference_catalog.models import Model
from playground.broadcast import tell
from playground.comparisons import models_named, start
from playground.doors import comparison_of, enter
from playground.errors import Refusal
from playground.forms import DraftForm, TitleForm
from playground.models import LETTERS, Comparison
from playground.protocol import Title
from playground.reaper import reap
from playground.responses import done, refused

HISTORY = 50
LIKE = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@member
@require_GET
def playground(request: ProjectRequest) -> HttpResponse:
    """The project's latest comparison; with `?models=<id>,<id>` a new one of these."""
    if "models" in request.GET:
        return _compare(request, [name.strip() for name in request.GET["models"].split(",") if name.strip()])
    latest = Comparison.objects.for_user(request.user).filter(project=request.project).first()
    if latest is not None:
        return redirect(latest)
    return render(request, "playground/empty.html", {"section": "playground", "can_start": _first_model()})


def _compare(request: ProjectRequest, names: list[str]) -> HttpResponse:
    try:
        models = models_named(names)
    except Refusal as refusal:
        return render(request, "playground/refused.html", {"section": "playground", "refusal": refusal}, status=404)
    if not models:
        return redirect("playground")
    return redirect(start(request.user, request.project, models))


def _first_model() -> Model | None:
    return Model.objects.listed().order_by("source", "name").first()


@member
@require_POST
def comparison_new(request: ProjectRequest) -> HttpResponse:
    """With the models of the comparison it is started from (`like`), else with the first there is."""
    models: list[Model] = []
    if LIKE.fullmatch(request.POST.get("like", "")):
        like = comparison_of(request, uuid.UUID(request.POST["like"]))
        enter(request, like)
        models = [lane.model for lane in like.lanes.open().select_related("model")]
    first = _first_model()
    models = models or ([first] if first else [])
    return redirect(start(request.user, request.project, models)) if models else redirect("playground")


@member
@require_GET
def comparison(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    found = comparison_of(request, pk)
    enter(request, found)
    return render(request, "playground/comparison.html", _board(found))


@member
@require_GET
def board(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    return render(request, "playground/_board.html", _board(comparison_of(request, pk)))


def _board(comparison: Comparison) -> dict[str, object]:
    reap(comparison)
    lanes = list(comparison.lanes.open().select_related("model"))
    running = any(lane.is_running for lane in lanes)
    return {
        "section": "playground",
        "comparison": comparison,
        "lanes": lanes,
        "running": running,
        "is_full": len(lanes) == len(LETTERS),
    }


@member
@require_GET
def comparison_history(request: ProjectRequest) -> HttpResponse:
    """A project's comparisons, latest first; `q` looks into titles, models and what was said."""
    query = request.GET.get("q", "").replace("\0", "").strip()
    comparisons = Comparison.objects.for_user(request.user).filter(project=request.project)
    if query:
        said = Q(lanes__messages__text__icontains=query) | Q(lanes__model__name__icontains=query)
        comparisons = comparisons.filter(Q(title__icontains=query) | said).distinct()
    found = comparisons.prefetch_related("lanes__model")[:HISTORY]
    template = "playground/history.html" + ("#list" if request.htmx else "")
    return render(request, template, {"section": "playground", "comparisons": found, "query": query})


@member
def comparison_title(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    found = comparison_of(request, pk)
    if request.method != "POST":
        return render(request, "playground/_title_form.html", {"comparison": found})
    form = TitleForm(request.POST)
    if not form.is_valid():
        return refused(Refusal("title_too_long", "A title has at most 120 characters."))
    found.title = form.cleaned_data["title"]
    found.save(update_fields=["title"])
    tell(found.pk, Title(title=str(found)))
    return render(request, "playground/comparison.html#title", {"comparison": found})


@member
@require_POST
def comparison_draft(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    found = comparison_of(request, pk)
    form = DraftForm(request.POST)
    if not form.is_valid():
        return refused(Refusal("draft_too_long", "The draft is too long to be kept."))
    Comparison.objects.filter(pk=found.pk).update(draft=form.cleaned_data["draft"])
    return done()
