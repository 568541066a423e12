"""Lanes: open, close, another model, clear."""

from __future__ import annotations

import uuid

from asgiref.sync import async_to_sync
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.access import ProjectRequest, member
from inference_catalog.models import Model
from playground import control, lanes, messages
from playground.broadcast import tell_added, tell_closed, tell_head, tell_transcript
from playground.comparisons import models_named
from playground.doors import comparison_of, lane_of
from playground.models import Comparison
from playground.responses import CLOSE_DIALOG, CLOSE_MENU, done, refusals_answered
from playground.resuming import running_in


@member
@refusals_answered
def lane_add(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    comparison = comparison_of(request, pk)
    if request.method != "POST":
        return _picker(request, comparison, "new", reverse("lane-add", args=[pk]))
    [model] = models_named([request.POST.get("model", "")], comparison.project.team_id)
    tell_added(lanes.open_lane(comparison, model))
    return done(CLOSE_MENU)


@member
@require_GET
def lane_picker(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    lane = lane_of(request, pk)
    return _picker(request, lane.comparison, lane.letter, reverse("lane-model", args=[pk]), lane.model)


def _picker(
    request: ProjectRequest, comparison: Comparison, key: str, action: str, current: Model | None = None
) -> HttpResponse:
    models = Model.objects.listed(comparison.project.team_id)
    context = {"models": models, "key": key, "action": action, "current": current}
    return render(request, "playground/_picker.html", context)


@member
@require_POST
@refusals_answered
def lane_model(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    lane = lane_of(request, pk)
    [model] = models_named([request.POST.get("model", "")], lane.comparison.project.team_id)
    tell_head(lanes.change_model(lane, model))
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
        trials=lane.trials,
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
