"""Paying by card: to Stripe's page and back, and what Stripe tells us itself."""

from __future__ import annotations

import logging
import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import ProjectRequest, PublicRequest, admin, public
from billing.cards import checkouts, events
from billing.cards.checkouts import CardsRefused, CardsUnavailable
from billing.cards.forms import CreditsForm
from billing.models import Checkout, Invoice

log = logging.getLogger(__name__)

#: Bytes; Stripe's events are far smaller.
MOST = 256 * 1024
SORRY = "The card service did not answer. Nothing was paid; try again in a minute."
REFUSED = "The card service refuses this payment. Nothing was paid; the operator of this server finds why in its log."


@admin
@require_POST
def pay_by_card(request: ProjectRequest, pk: uuid.UUID) -> HttpResponse:
    invoice = get_object_or_404(Invoice.objects.for_user(request.user).frozen(), pk=pk)
    _only_if_on()
    try:
        checkout = checkouts.for_invoice(invoice, actor=request.user)
    except ValueError as error:
        messages.error(request, str(error))
        return redirect("invoice", pk=pk)
    return _to_stripe(request, checkout, str(invoice), reverse("invoice", kwargs={"pk": pk}))


@admin
@require_http_methods(["GET", "HEAD", "POST"])
def add_credits(request: ProjectRequest) -> HttpResponse:
    _only_if_on()
    form = CreditsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        amount, key = form.cleaned_data["amount"], form.cleaned_data["key"]
        try:
            checkout = checkouts.for_credits(request.organization.pk, amount, key=key, actor=request.user)
        except ValueError as error:
            form.add_error(None, str(error))
        else:
            return _to_stripe(request, checkout, f"Credits for {request.organization}", reverse("credits-add"))
    context = {"section": "billing", "tab": "billing", "form": form, "organization": request.organization}
    return render(request, "billing/credits_add.html", context, status=422 if form.errors else 200)


@csrf_exempt
@public
@require_POST
def stripe(request: PublicRequest) -> HttpResponse:
    """Stripe tries again until it is answered 200; what was refused and written down it need not tell again."""
    _only_if_on()
    length = request.headers.get("Content-Length") or "0"
    if not length.isdecimal() or int(length) > MOST:
        return HttpResponse("too large", "text/plain", status=413)
    try:
        event = events.verified(request.body, request.headers.get("Stripe-Signature", ""))
    except ValueError:
        return HttpResponse("not signed by Stripe", "text/plain", status=400)
    events.handle(event)
    return HttpResponse("thank you", "text/plain")


def _to_stripe(request: ProjectRequest, checkout: Checkout, name: str, back: str) -> HttpResponse:
    try:
        address = checkouts.page(checkout, name=name, back=back)
    except (CardsUnavailable, CardsRefused) as error:
        log.warning("no checkout", exc_info=True)
        messages.error(request, SORRY if isinstance(error, CardsUnavailable) else REFUSED)
        return redirect(back)
    response = redirect(address)
    response.status_code = 303
    return response


def _only_if_on() -> None:
    if not checkouts.is_on():
        raise Http404
