"""Settings → AI providers: those that the current project's team connected itself."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import ProjectRequest, admin, member
from inference_catalog import own_providers
from inference_catalog.cards import cards
from inference_catalog.diagnosis import diagnose, tried
from inference_catalog.models import Offering, Provider
from inference_catalog.own_forms import MOST_TICKED, OwnModelForm, OwnProviderForm, initial_of
from inference_catalog.own_providers import listed

SECTION = {"section": "settings", "tab": "providers"}


def provider_of(request: ProjectRequest, pk: uuid.UUID) -> Provider:
    own = Provider.objects.own(request.project.team).select_related("team")
    return get_object_or_404(own, pk=pk)


def offering_of(request: ProjectRequest, pk: uuid.UUID, offering_id: uuid.UUID) -> Offering:
    offerings = provider_of(request, pk).offerings.standing()
    return get_object_or_404(offerings.select_related("model", "provider__team"), pk=offering_id)


@member
@require_safe
def providers(request: ProjectRequest) -> HttpResponse:
    return _list(request, OwnProviderForm(instance=Provider(team=request.project.team)))


@admin
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("api_key", "headers_text")
def create(request: ProjectRequest) -> HttpResponse:
    """A refused form leaves its address in the bar: who comes by it again finds the form."""
    if request.method != "POST":
        return redirect(f"{reverse('providers')}#new-title")
    form = OwnProviderForm(request.POST, instance=Provider(team=request.project.team))
    if not form.is_valid():
        return _list(request, form, status=422)
    provider = form.save()
    messages.success(request, f"{provider.name} is kept. Test it, then add the models you want to call.")
    return redirect("provider", provider.pk)


def _list(request: ProjectRequest, form: OwnProviderForm, status: int = 200) -> HttpResponse:
    own = Provider.objects.own(request.project.team).with_models()
    context = {**SECTION, "team": request.project.team, "providers": own, "form": form}
    return render(request, "settings/providers.html", context, status=status)


@member
@require_safe
def provider(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    return _page(request, provider_of(request, pk))


def _page(request: ProjectRequest, provider: Provider, status: int = 200, **more: Any) -> HttpResponse:
    offerings = provider.offerings.standing().select_related("model").order_by("upstream_id")
    priced = {card.model.pk: card for card in cards(offering.model for offering in offerings)}
    context = {
        **SECTION,
        "provider": provider,
        "rows": [(offering, priced[offering.model_id]) for offering in offerings],
        "form": OwnProviderForm(instance=provider),
        "model_form": OwnModelForm(provider=provider),
        **more,
    }
    return render(request, "settings/provider.html", context, status=status)


@admin
@never_cache
@require_POST
@sensitive_post_parameters("api_key", "headers_text")
def change(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    provider = provider_of(request, pk)
    form = OwnProviderForm(request.POST, instance=provider)
    if not form.is_valid():
        # The form has put what was refused on its instance; the rest of the page shows what is true.
        return _page(request, provider_of(request, pk), 422, form=form)
    form.save()
    own_providers.rename(provider=provider)
    messages.success(request, f"{provider.name} is changed.")
    return redirect("provider", pk)


@admin
@require_POST
def turn(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    provider = provider_of(request, pk)
    provider.turn(on=request.POST.get("on") == "true")
    said = "is on: its models can be called" if provider.is_enabled else "is off: nobody sees or calls its models"
    messages.success(request, f"{provider.name} {said}.")
    return redirect("provider", pk)


@admin
@require_POST
def remove(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    provider = provider_of(request, pk)
    own_providers.remove(provider=provider)
    messages.success(request, f"{provider.name} is removed, with its key.")
    return redirect("providers")


@admin
@never_cache
@require_POST
@sensitive_post_parameters("api_key", "headers_text")
def test(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    """As the form of the page has it, which need not be saved; without it, as it is saved."""
    typed = request.POST if "base_url" in request.POST else None
    form = OwnProviderForm(typed, instance=provider_of(request, pk))
    told, provider = _tested(form), provider_of(request, pk)
    if request.htmx:
        return render(request, "settings/provider.html#tested", {"provider": provider, **told})
    if typed is None:
        return _page(request, provider, **told)
    return _page(request, provider, 422 if "fault" in told else 200, form=form, **told)


def _tested(form: OwnProviderForm) -> dict[str, Any]:
    if fault := form.fault_of_connection:
        return {"fault": fault}
    if form.is_bound and form.changes_connection:
        # Models are added to what is saved, and so is health kept of it alone.
        return {"diagnosis": tried(form.as_typed()), "is_unsaved": True}
    found = diagnose(form.instance)
    return {"diagnosis": found, "listed": listed(found.shown, form.instance), "most_ticked": MOST_TICKED}


@admin
@require_POST
def model_new(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    provider = provider_of(request, pk)
    form = OwnModelForm(request.POST, provider=provider)
    if form.is_valid() and (model := form.add()):
        messages.success(request, f"{model.name} is added. It is called {model.model_id}.")
        return redirect("provider", pk)
    return _page(request, provider, 422, model_form=form)


@admin
@require_http_methods(["GET", "HEAD", "POST"])
def model_change(request: ProjectRequest, pk: uuid.UUID, offering_id: uuid.UUID) -> HttpResponse:
    offering = offering_of(request, pk, offering_id)
    model, provider = offering.model, offering.provider
    data = request.POST if request.method == "POST" else None
    form = OwnModelForm(data, provider=provider, offering=offering, initial=initial_of(model))
    if form.is_valid():
        own_providers.change_model(model=model, provider=provider, described=form.described, amounts=form.amounts)
        messages.success(request, f"{model.name} is changed. A new price counts from now on.")
        return redirect("provider", pk)
    context = {**SECTION, "provider": provider, "offering": offering, "form": form}
    return render(request, "settings/provider_model.html", context, status=422 if form.errors else 200)


@admin
@require_POST
def model_remove(request: ProjectRequest, pk: uuid.UUID, offering_id: uuid.UUID) -> HttpResponse:
    offering = offering_of(request, pk, offering_id)
    own_providers.remove_model(offering=offering)
    messages.success(request, f"{offering.model.name} is removed. What it was asked stays in traces and usage.")
    return redirect("provider", pk)
