"""The Inference tab and a model's own page."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.access import ProjectRequest, member
from inference_catalog.browsing import MODALITIES, MOST_SELECTED, SORTS, Browse
from inference_catalog.cards import cards, only_simulated
from inference_catalog.models import Model, Provider
from inference_catalog.own_prices import own_history, own_prices
from inference_catalog.samples import samples


@member
@require_safe
def inference(request: ProjectRequest) -> HttpResponse:
    team = request.project.team
    listed = Model.objects.listed(team.pk).select_related("replacement").order_by("source", "name")
    every = cards(listed, own_prices(request.organization.pk))
    selectable = {card.model.model_id for card in every if not card.obstacle}
    asked = Browse.of(request.GET)
    browse = replace(asked, selected=tuple(name for name in asked.selected if name in selectable))
    context = {
        "section": "inference",
        "browse": browse,
        "cards": browse.found(every),
        "total": len(every),
        "all_simulated": only_simulated(every),
        "unreachable": Provider.objects.seen_by(team).filter(is_enabled=True, health=Provider.Health.DOWN),
        "modalities": MODALITIES,
        "sorts": SORTS,
        "most_selected": MOST_SELECTED,
    }  # fmt: skip
    if not request.htmx:
        return render(request, "inference/models.html", context)
    response = render(request, "inference/models.html#models", context)
    response["HX-Replace-Url"] = browse.url
    return response


@member
@require_safe
def model(request: ProjectRequest, model_id: str) -> HttpResponse:
    models = Model.objects.of(request.project.team_id)
    found = get_object_or_404(models.select_related("replacement"), model_id=model_id)
    context = {
        "section": "inference",
        "card": cards([found], own_prices(request.organization.pk))[0],
        "model": found,
        "prices": found.prices.all(),
        "own_prices": own_history(request.organization.pk, found.model_id),
        "samples": samples(found, base_url=request.build_absolute_uri("/v1"), project=request.project.path),
    }
    return render(request, "inference/model.html", context)
