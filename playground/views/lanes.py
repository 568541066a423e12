"""Lanes: read further back, open, close, another model, clear."""

from __future__ import annotations

import uuid
from typing import Any

from asgiref.sync import async_to_sync
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.access import ProjectRequest, member
from playground import control, lanes, messages, saved_models
from playground.broadcast import tell_added, tell_closed, tell_head, tell_transcript
from playground.comparisons import models_named
from playground.doors import comparison_of, lane_of, lane_seen
from playground.forms import EarlierForm
from playground.images.keeping import has_images
from playground.models import Comparison, Lane
from playground.paging import earlier
from playground.picking import pickable, sections
from playground.responses import CLOSE_DIALOG, CLOSE_MENU, done, refusals_answered
from playground.resuming import running_in
from playground.saved_choices import choices


@member
@refusals_answered
def lane_add(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    comparison = comparison_of(request, pk)
    if request.method != "POST":
        return _picker(request, comparison, "new", reverse("lane-add", args=[pk]))
    name = request.POST.get("model", "")
    if saved := saved_models.named(name, comparison.project):
        tell_added(saved_models.open_saved(comparison, saved))
        return done(CLOSE_MENU)
    [model] = models_named([name], comparison.project.team_id)
    tell_added(lanes.open_lane(comparison, model))
    return done(CLOSE_MENU)


@member
@require_GET
def lane_earlier(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    """What came before the message `before`."""
    lane, form = lane_seen(request, pk), EarlierForm(request.GET)
    messages = earlier(lane, form.cleaned_data["before"]) if form.is_valid() else []
    return render(request, "playground/_messages.html", {"messages": messages})


@member
@require_GET
def lane_picker(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    lane = lane_of(request, pk)
    return _picker(request, lane.comparison, lane.letter, reverse("lane-model", args=[pk]), lane)


def _picker(
    request: ProjectRequest, comparison: Comparison, key: str, action: str, lane: Lane | None = None
) -> HttpResponse:
    """With `q`, which is asked where not all saved models are shown, only those that hold the words."""
    models = pickable(comparison.project.team_id)
    words = request.GET.get("q", "").lower().split()
    current = lane.model if lane and not lane.saved_model else None
    context: dict[str, Any] = {"sections": sections(models), "key": key, "action": action, "current": current}
    saved = choices(comparison.project, models, words)
    context |= {"saved": saved, "current_saved": lane.saved_model if lane else None}
    template = "playground/_picker_saved.html" if "q" in request.GET else "playground/_picker.html"
    return render(request, template, context)


@member
@require_POST
@refusals_answered
def lane_model(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    lane = lane_of(request, pk)
    name = request.POST.get("model", "")
    if saved := saved_models.named(name, lane.comparison.project):
        held = saved_models.choose(lane, saved)
        tell_head(held)
        tell_transcript(held)
        return done(CLOSE_MENU)
    [model] = models_named([name], lane.comparison.project.team_id)
    changed = lanes.change_model(lane, model)
    tell_head(changed)
    if has_images(changed):
        # Whether they are sent depends on the model, and stands below them.
        tell_transcript(changed)
    return done(CLOSE_MENU)


@member
@require_POST
@refusals_answered
def lane_duplicate(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    lane = lane_of(request, pk)
    copy = lanes.open_lane(
        lane.comparison,
        lane.model,
        settings=lane.settings,
        system_prompt=lane.system_prompt,
        is_traced=lane.is_traced,
        mocks=lane.mocks,
        is_mocked=lane.is_mocked,
        trials=lane.trials,
        saved_model=lane.saved_model,
    )
    tell_added(copy)
    return done(CLOSE_MENU)


@member
@require_POST
@refusals_answered
def lane_close(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    lane = lane_of(request, pk)
    async_to_sync(control.stop_and_save)(running_in(lane.comparison, lane.letter))
    lanes.close(lane)
    tell_closed(lane)
    return done(CLOSE_MENU)


@member
@refusals_answered
def lane_clear(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    """Asks first."""
    lane = lane_of(request, pk)
    if request.method != "POST":
        return render(request, "playground/_clear.html", {"lane": lane})
    tell_transcript(messages.clear(lane))
    return done(CLOSE_DIALOG)
