"""Lanes saved as models: saving, updating, going back, and the versions that there are."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import trigger_client_event

from accounts.access import ProjectRequest, member
from playground import saved_models
from playground.broadcast import tell_head, tell_transcript
from playground.doors import lane_of
from playground.errors import Refusal
from playground.models import Lane
from playground.responses import CLOSE_DIALOG, CLOSE_MENU, SAVED_MODELS_CHANGED, done, refusals_answered
from playground.saved_contents import Line, changes, contents
from tracing import publishing
from tracing.errors import Missing
from tracing.pages.spaces import Visitor
from tracing.saved_models import finding

#: Of one name; any other is called by it, and is among Weave's objects.
MOST_VERSIONS = 100


@member
def lane_save(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    lane = lane_of(request, pk)
    if request.method != "POST":
        return _save_dialog(request, lane)
    name = request.POST.get("name", "").strip()
    try:
        saved_models.save(lane, request.user, name, is_next=request.POST.get("next") == name != "")
    except Refusal as refusal:
        return _save_dialog(request, lane, name=name, refusal=refusal)
    tell_head(lane)
    return done(SAVED_MODELS_CHANGED, CLOSE_DIALOG)


def _save_dialog(request: ProjectRequest, lane: Lane, **written: Any) -> HttpResponse:
    saved, left = contents(lane)
    context: dict[str, Any] = {"lane": lane, "saved": saved, "left": left, "project": lane.comparison.project}
    return render(request, "playground/_save.html", context | written)


@member
@refusals_answered
def lane_update(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    """Shows first what differs."""
    lane = lane_of(request, pk)
    if request.method == "POST":
        saved_models.update(lane, request.user)
        tell_head(lane)
        return done(SAVED_MODELS_CHANGED, CLOSE_DIALOG)
    origin = lane.origin
    lines: list[Line] = changes(origin) if origin and origin.is_changed else []
    context = {
        "lane": lane,
        "origin": origin,
        "changes": lines,
        "latest": next(iter(finding.versions(origin.saved, most=1)), None) if origin else None,
    }
    return render(request, "playground/_update.html", context)


@member
@require_POST
@refusals_answered
def lane_reset(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    _told(saved_models.reset(lane_of(request, pk)))
    return done(CLOSE_MENU)


@member
@require_GET
def lane_versions(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    return _versions(request, lane_of(request, pk))


def _versions(request: ProjectRequest, lane: Lane) -> HttpResponse:
    origin = lane.origin
    context: dict[str, Any] = {"lane": lane, "origin": origin}
    if origin:
        context["versions"] = finding.filled(finding.versions(origin.saved, most=MOST_VERSIONS))
        context["count"] = finding.count_versions(origin.saved)
    return render(request, "playground/_versions.html", context)


@member
@require_POST
@refusals_answered
def lane_version(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    """The lane is of that version from now on."""
    lane = lane_of(request, pk)
    saved = saved_models.named(request.POST.get("version", ""), lane.comparison.project)
    if saved is None:
        raise Refusal("saved_model_not_found", "There is no such version.")
    _told(saved_models.choose(lane, saved))
    return done(CLOSE_DIALOG)


def _told(lane: Lane) -> None:
    tell_head(lane)
    tell_transcript(lane)


@member
@refusals_answered
def lane_version_delete(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    """Of what the lane came from: one version, or all. Asks first."""
    lane = lane_of(request, pk)
    if lane.origin is None:
        raise Refusal("no_saved_model", "This lane came from no saved model.")
    saved = lane.origin.saved
    version = (request.POST if request.method == "POST" else request.GET).get("version", "")
    if request.method != "POST":
        # Where one of them goes, the latest is it or the one after.
        others = [one for one in finding.versions(saved, most=2) if version and one.version != version]
        context = {"lane": lane, "saved": saved, "version": version, "latest": next(iter(others), None)}
        context["count"] = finding.count_versions(saved)
        return render(request, "playground/_version_delete.html", context)
    try:
        publishing.delete(Visitor(request.user).space(saved.path), saved.name, [version] if version else None)
    except Missing as missing:
        raise Refusal("saved_model_not_found", "It was deleted already.") from missing
    lane = lane_of(request, pk)
    tell_head(lane)
    return trigger_client_event(_versions(request, lane), SAVED_MODELS_CHANGED)
