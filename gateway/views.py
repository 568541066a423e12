"""Settings → API: how to call this server, what is allowed, and what runs now."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import ProjectRequest, member
from gateway.reference import operations, refusals
from gateway.running import running
from inference_catalog.cards import cards
from inference_catalog.models import Model
from inference_catalog.samples import samples

KEYS_SHOWN = 5


@member
@require_safe
def api(request: ProjectRequest) -> HttpResponse:
    every = cards(Model.objects.listed(request.project.team_id).order_by("source", "name"))
    model = next((card.model for card in every if not card.obstacle), None)
    base_url = request.build_absolute_uri("/v1")
    context = {
        "section": "settings",
        "tab": "api",
        "base_url": base_url,
        "model": model,
        "samples": samples(model, base_url=base_url, project=request.project.path) if model else [],
        "keys": request.user.api_keys.usable(timezone.now()).select_related("project__team")[:KEYS_SHOWN],
        "running": running(request.user, request.project),
    }
    return render(request, "settings/api.html", context)


@member
@require_safe
@never_cache
def api_running(request: ProjectRequest) -> HttpResponse:
    context = {"running": running(request.user, request.project)}
    return render(request, "settings/api.html#running", context)


@member
@require_safe
def api_reference(request: ProjectRequest) -> HttpResponse:
    base_url = request.build_absolute_uri("/v1")
    context = {
        "section": "settings",
        "base_url": base_url,
        "operations": operations(base_url=base_url, project=request.project.path),
        "refusals": refusals(),
    }
    return render(request, "gateway/reference.html", context)
