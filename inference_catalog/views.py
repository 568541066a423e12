"""The Inference tab and a model's own page."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.access import ProjectRequest, member
from inference_catalog.models import Model


@require_safe
@member
def inference(request: ProjectRequest) -> HttpResponse:
    models = Model.objects.listed()
    return render(request, "inference/models.html", {"section": "inference", "models": models})


@require_safe
@member
def model(request: ProjectRequest, model_id: str) -> HttpResponse:
    found = get_object_or_404(Model, model_id=model_id)
    return render(request, "inference/model.html", {"section": "inference", "model": found})
