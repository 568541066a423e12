"""Billing → Limits and alerts: limits, which refuse; set, changed, removed."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.text import capfirst
from django.views.decorators.http import require_POST, require_safe

from accounts.access import ProjectRequest, admin
from billing import subjects
from billing.limit_forms import AmountForm, LimitForm
from billing.limiting import remove_limit, set_limit
from billing.models import SpendingLimit
from billing.views.limits_page import called, gone, limits_page


@admin
@require_safe
def limits(request: ProjectRequest) -> HttpResponse:
    return limits_page(request)


@admin
@require_POST
def set_new(request: ProjectRequest) -> HttpResponse:
    form = LimitForm(request.POST, subjects=subjects.subjects(request.organization))
    if not form.is_valid():
        return limits_page(request, limit_form=form)
    limit = set_limit(request.organization.pk, actor=request.user, **form.limited)
    messages.success(request, f"{capfirst(form.limited['whose'])} may use {limit}.")
    return redirect("limits")


@admin
@require_POST
def change(request: ProjectRequest, limit_id: uuid.UUID) -> HttpResponse:
    limit = _limit(request, limit_id)
    if limit is None:
        return gone(request, "limit")
    form = AmountForm(request.POST, limit=limit)
    if not form.is_valid():
        return limits_page(request, amount_form=(limit_id, form))
    whose, amount = _whose(request, limit), form.cleaned_data["amount"]
    thing: dict[str, Any] = {"scope": limit.scope, "subject_id": limit.subject_id, "period": limit.period}
    changed = set_limit(request.organization.pk, **thing, amount=amount, whose=whose, actor=request.user)
    messages.success(request, f"{capfirst(whose)} may use {changed}.")
    return redirect("limits")


@admin
@require_POST
def remove(request: ProjectRequest, limit_id: uuid.UUID) -> HttpResponse:
    limit = _limit(request, limit_id)
    if limit is None:
        return gone(request, "limit")
    whose = _whose(request, limit)
    remove_limit(limit, whose=whose, actor=request.user)
    messages.success(request, f"The limit of {whose} is removed.")
    return redirect("limits")


def _limit(request: ProjectRequest, limit_id: uuid.UUID) -> SpendingLimit | None:
    return SpendingLimit.objects.filter(pk=limit_id, account=request.organization.pk).first()


def _whose(request: ProjectRequest, limit: SpendingLimit) -> str:
    return called(limit, subjects.subjects(request.organization))
