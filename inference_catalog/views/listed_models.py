"""Models that a team's provider lists: those that were ticked after a test are described, and added at once."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import ProjectRequest, admin
from inference_catalog.own_forms import MOST_AT_ONCE, ListedModelForm, add_all
from inference_catalog.views.providers import SECTION, provider_of


@admin
@require_http_methods(["GET", "HEAD", "POST"])
def models_add(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    """Those whose IDs are given as `id`, in their order."""
    provider = provider_of(request, pk)
    is_post = request.method == "POST"
    ticked = list(dict.fromkeys((request.POST if is_post else request.GET).getlist("id")))
    if not ticked:
        messages.info(request, "No model was ticked: test the provider, then tick those to add.")
        return redirect("provider", pk)
    data = request.POST if is_post else None
    forms = [
        ListedModelForm(data, provider=provider, listed_id=name, prefix=str(at))
        for at, name in enumerate(ticked[:MOST_AT_ONCE])
    ]
    if is_post and add_all(forms):
        messages.success(request, f"Added: {', '.join(form.described.name for form in forms)}.")
        return redirect("provider", pk)
    if is_post:
        next(form for form in forms if form.errors).focus_first_mistake()
    left_out = len(ticked) - len(forms)
    context = {**SECTION, "provider": provider, "forms": forms, "left_out": left_out, "is_refused": is_post}
    return render(request, "settings/provider_models.html", context, status=422 if is_post else 200)
