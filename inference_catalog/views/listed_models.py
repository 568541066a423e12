"""Models that a team's provider lists: those that were ticked after a test are described, and added at once."""

from __future__ import annotations

import uuid
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import ProjectRequest, admin
from common.texts import storable
from inference_catalog.own_forms import MOST_AT_ONCE, ListedModelForm, add_all
from inference_catalog.views.providers import SECTION, provider_of


@admin
@require_http_methods(["GET", "HEAD", "POST"])
def models_add(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    """Those whose IDs are given as `id`, in their order: so many at once, then those that are left."""
    provider, provider_page = provider_of(request, pk), reverse("provider", args=[pk])
    is_post = request.method == "POST"
    ticked = list(dict.fromkeys(map(storable, (request.POST if is_post else request.GET).getlist("id"))))
    shown, later = ticked[:MOST_AT_ONCE], ticked[MOST_AT_ONCE:]
    if not ticked:
        messages.info(request, "No model was ticked: test the provider, then tick those to add.")
        return redirect(provider_page)
    data = request.POST if is_post else None
    forms = [ListedModelForm(data, provider=provider, listed_id=name, prefix=str(at)) for at, name in enumerate(shown)]
    wanted = [form for form in forms if form.is_wanted]
    if is_post and add_all(wanted):
        names = ", ".join(form.described.name for form in wanted)
        messages.success(request, f"Added: {names}." if wanted else "No model was ticked, so none was added.")
        return redirect(f"{request.path}?{urlencode({'id': later}, doseq=True)}" if later else provider_page)
    if is_post:
        next(form for form in wanted if form.errors).focus_first_mistake()
    context = {**SECTION, "provider": provider, "forms": forms, "later": later, "is_refused": is_post}
    return render(request, "settings/provider_models.html", context, status=422 if is_post else 200)
