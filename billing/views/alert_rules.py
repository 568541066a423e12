"""Billing → Limits and alerts: alerts, which only tell; added, switched, removed."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.access import ProjectRequest, admin
from billing.alert_rules import is_usual, remove_rule, rules_of, set_rule, words
from billing.limit_forms import AlertForm
from billing.models import AlertRule
from billing.views.limits_page import gone, limits_page


@admin
@require_POST
def add(request: ProjectRequest) -> HttpResponse:
    form = AlertForm(request.POST)
    if form.is_valid():
        try:
            rule = set_rule(request.organization.pk, **form.cleaned_data, is_on=True, actor=request.user)
        except ValueError as error:
            form.add_error("threshold", str(error))
        else:
            messages.success(request, f"Admins are told of {words(rule)}.")
            return redirect("limits")
    return limits_page(request, alert_form=form)


@admin
@require_POST
def switch(request: ProjectRequest) -> HttpResponse:
    """One that there is: `on` says whether it tells."""
    rule = _rule(request)
    if rule is None:
        return gone(request, "alert")
    set_rule(
        request.organization.pk,
        kind=rule.kind,
        threshold=rule.threshold,
        is_on=request.POST.get("on") == "true",
        actor=request.user,
    )
    return redirect("limits")


@admin
@require_POST
def remove(request: ProjectRequest) -> HttpResponse:
    """One that people made; those that everybody has are switched off."""
    rule = _rule(request)
    if rule is None:
        return gone(request, "alert")
    if is_usual(rule) or rule._state.adding:
        messages.error(request, "This alert is everybody’s: switch it off instead.")
    else:
        remove_rule(rule, actor=request.user)
        messages.success(request, f"Nobody is told of {words(rule)} any more.")
    return redirect("limits")


def _rule(request: ProjectRequest) -> AlertRule | None:
    wanted = (request.POST.get("kind"), request.POST.get("threshold"))
    return next(
        (rule for rule in rules_of(request.organization.pk) if (rule.kind, str(rule.threshold)) == wanted), None
    )
