"""Comparisons as pages: the latest, a new one, one by its address."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.access import ProjectRequest, member
from completions import estimate
from inference_catalog.models import Model
from playground import saved_models
from playground.comparisons import first_model, rename, start
from playground.doors import comparison_of, comparison_seen, enter
from playground.errors import Refusal
from playground.estimating import ASSUMED, estimates
from playground.forms import DraftForm, TitleForm
from playground.models import LETTERS, Comparison
from playground.reaper import reap
from playground.responses import done, refusals_answered

LIKE = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@member
@require_GET
def playground(request: ProjectRequest) -> HttpResponse:
    """The project's latest comparison; with `?models=<id>,<saved name>` or `?saved=<name>` a new one of these."""
    if "saved" in request.GET:
        name = request.GET["saved"]
        return _started(request, lambda: saved_models.start_saved(request.user, request.project, name))
    if "models" in request.GET:
        return _compare(request, [name.strip() for name in request.GET["models"].split(",") if name.strip()])
    latest = Comparison.objects.for_user(request.user).filter(project=request.project).first()
    if latest is not None:
        return redirect(latest)
    can_start = first_model(request.project.team_id)
    return render(request, "playground/empty.html", {"section": "playground", "can_start": can_start})


def _compare(request: ProjectRequest, names: list[str]) -> HttpResponse:
    if not names:
        return redirect("playground")
    return _started(request, lambda: saved_models.start_named(request.user, request.project, names))


def _started(request: ProjectRequest, start: Callable[[], Comparison]) -> HttpResponse:
    try:
        return redirect(start())
    except Refusal as refusal:
        return render(request, "playground/refused.html", {"section": "playground", "refusal": refusal}, status=404)


@member
@require_POST
def comparison_new(request: ProjectRequest) -> HttpResponse:
    """With the models of the comparison it is started from (`like`), else with the first there is."""
    models: list[Model] = []
    if LIKE.fullmatch(request.POST.get("like", "")):
        like = comparison_seen(request, uuid.UUID(request.POST["like"]))
        enter(request, like)
        models = [lane.model for lane in like.lanes.open().select_related("model")]
    first = first_model(request.project.team_id)
    models = models or ([first] if first else [])
    return redirect(start(request.user, request.project, models)) if models else redirect("playground")


@member
@require_GET
def comparison(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    found = comparison_seen(request, pk)
    enter(request, found)
    return render(request, "playground/comparison.html", _board(request, found))


@member
@require_GET
def board(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    return render(request, "playground/_board.html", _board(request, comparison_seen(request, pk)))


def _board(request: ProjectRequest, comparison: Comparison) -> dict[str, object]:
    reap(comparison)
    lanes = list(comparison.lanes.open().select_related("model"))
    running = any(lane.is_running for lane in lanes)
    return {
        "section": "playground",
        "comparison": comparison,
        "lanes": lanes,
        "running": running,
        "is_full": len(lanes) == len(LETTERS),
        "is_own": comparison.is_owned_by(request.user),
        "may_copy": comparison.may_be_copied_by(request.user),
        "draft_images": comparison.draft_images,
    }


@member
@require_GET
def comparison_estimate(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    """What the next message may cost, without the message itself."""
    lanes = list(estimates(comparison_of(request, pk)))
    assumed = ASSUMED if any(one.is_assumed for one in lanes) else 0
    return render(request, "playground/_estimate.html", {"estimates": lanes, "assumed": assumed, "rule": estimate})


@member
@refusals_answered
def comparison_title(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    found = comparison_of(request, pk)
    if request.method != "POST":
        return render(request, "playground/_title_form.html", {"comparison": found})
    form = TitleForm(request.POST)
    if not form.is_valid():
        raise Refusal("bad_title", str(form.errors["title"][0]))
    rename(found, form.cleaned_data["title"])
    return render(request, "playground/comparison.html#title", {"comparison": found, "is_own": True})


@member
@require_POST
@refusals_answered
def comparison_draft(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    found = comparison_of(request, pk)
    form = DraftForm(request.POST)
    if not form.is_valid():
        raise Refusal("bad_draft", str(form.errors["draft"][0]))
    found.write(draft=form.cleaned_data["draft"])
    return done()
