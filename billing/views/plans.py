"""Billing → Plans: what there is to choose from, and choosing."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.access import ProjectRequest, admin, member
from accounts.models import Membership, Organization
from billing.accounts import account_of, locked
from billing.models import Plan
from billing.offers import offers
from billing.plan_changes import change_plan


@member
@require_safe
def plans(request: ProjectRequest) -> HttpResponse:
    """Members see them too: whoever runs out of credits is led here."""
    account = account_of(request.organization.pk)
    administered = Organization.objects.administered_by(request.user)
    context = {
        "section": "billing",
        "tab": "billing",
        "organization": request.organization,
        "account": account,
        "offers": offers(account),
        "is_admin": administered.filter(pk=request.organization.pk).exists(),
        "admins": request.organization.memberships.filter(role=Membership.Role.ADMIN).select_related("user"),
    }
    return render(request, "billing/plans.html", context)


@admin
@require_POST
@transaction.atomic
def change(request: ProjectRequest) -> HttpResponse:
    plan = get_object_or_404(Plan, slug=request.POST.get("plan", "").replace("\0", ""))
    current = locked(request.organization.pk).plan
    if not (plan.is_self_service and current.is_self_service):
        messages.error(request, f"From {current} to {plan} is agreed with the operator of this server, who changes it.")
    elif change_plan(request.organization.pk, plan, actor=request.user) is None:
        messages.warning(request, f"{request.organization} is on the plan {plan} already.")
    else:
        messages.success(request, f"{request.organization} is on the plan {plan} now.")
    return redirect("billing")
