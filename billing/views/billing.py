"""Billing: the plan, what is left and what is to be paid, for an organization's admins."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from accounts.access import ProjectRequest, admin
from accounts.models import Membership
from billing.cards import checkouts
from billing.information import inform
from billing.invoicing.listing import latest
from billing.offers import Offer

#: The newest; the others are on their own page.
INVOICES = 3


@admin
@require_safe
def billing(request: ProjectRequest) -> HttpResponse:
    information = inform(request.organization.pk)
    account = information.account
    context = {
        "section": "billing",
        "tab": "billing",
        "organization": request.organization,
        "information": information,
        "has_cards": checkouts.is_on(),
        "account": account,
        "invoices": latest(account, INVOICES, now=information.at),
        "offer": Offer(account.plan, account.cap),
        "admins": request.organization.memberships.filter(role=Membership.Role.ADMIN).select_related("user"),
    }
    is_card = request.htmx and not request.htmx.history_restore_request
    response = render(request, "billing/billing.html#card" if is_card else "billing/billing.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response
